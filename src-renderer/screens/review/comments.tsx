import { Button, CloseButton, Group, Text, Textarea, UnstyledButton } from '@mantine/core'
import { useEffect, useRef, type FormEvent } from 'react'
import type { CommentView } from '../../../src-preload/contract/versions.ts'
import type { VersionWithContent } from '../../../src-preload/contract/views.ts'
import { useCommand, type Query } from '../../bridge/client.ts'
import { problemOf } from '../../bridge/failure-text.ts'
import { Initials } from '../../ui/initials.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { TextLines } from '../../ui/text-lines.tsx'
import { TimeText } from '../../ui/time-text.tsx'
import styles from './comments.module.css'
import { VerdictFailure } from './moved.tsx'

interface CommentsProps {
  version: VersionWithContent
  comments: Query<{ items: CommentView[] }>
  mayComment: boolean
  draft: CommentDraft
  onDraft(draft: CommentDraft): void
  onSent(): void
  onShowLine(line: number): void
}

export interface CommentDraft {
  /** Null: on the version as a whole. */
  line: number | null
  text: string
}

/** What was said on the version and on its lines, and a place to say more while it is in review (VR-11). */
export function Comments(props: CommentsProps) {
  const { version, comments, mayComment, onShowLine } = props
  if (comments.data === undefined) {
    return comments.error === undefined ? (
      <LoadingState rows={3} rowHeight_px={64} label="Loading comments" />
    ) : (
      <ErrorState failure={comments.error} onRetry={comments.reload} />
    )
  }
  const { items } = comments.data
  const isOpen = version.state === 'in_review'
  return (
    <div className={styles['comments']}>
      {items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {isOpen ? 'No comments yet.' : 'Nobody commented on it.'}
        </Text>
      ) : (
        <ol className={styles['list']} aria-label="Comments">
          {items.map((comment) => (
            <Comment key={comment.id} comment={comment} source={version.source_code} onShowLine={onShowLine} />
          ))}
        </ol>
      )}
      {isOpen && mayComment && <Composer {...props} />}
      {!isOpen && items.length > 0 && (
        <Text size="sm" c="dimmed">
          It is no longer in review: comments stay as they are.
        </Text>
      )}
    </div>
  )
}

interface CommentProps {
  comment: CommentView
  source: string
  onShowLine(line: number): void
}

function Comment({ comment, source, onShowLine }: CommentProps) {
  const { line, text, by_name, at } = comment
  return (
    <li className={styles['comment']}>
      <div className={styles['who']}>
        <Initials name={by_name} size={22} />
        <Text component="span" size="sm" fw={560}>
          {by_name}
        </Text>
        <Text component="span" size="xs" c="dimmed">
          <TimeText at={at} />
        </Text>
      </div>
      {line !== null && (
        <UnstyledButton className={styles['line']} onClick={() => onShowLine(line)} aria-label={`Show line ${line}`}>
          <span className={styles['number']}>{line}</span>
          <code>{lineOf(source, line)}</code>
        </UnstyledButton>
      )}
      <TextLines text={text} />
    </li>
  )
}

function lineOf(source: string, line: number): string {
  return source.split('\n')[line - 1]?.trim() ?? ''
}

function Composer({ version, draft, onDraft, onSent }: CommentsProps) {
  const box = useRef<HTMLTextAreaElement>(null)
  const comment = useCommand('versions.comment', { failures: 'form' })
  const { line, text } = draft
  // A line was picked beside its number: what comes next is typing.
  useEffect(() => {
    if (line !== null) box.current?.focus()
  }, [line])

  const send = async () => {
    if (text.trim() === '') return
    const answer = await comment.run({ version: version.id, line, text })
    if (answer.ok) onSent()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send()
  }
  return (
    <form className={styles['composer']} onSubmit={submit} noValidate aria-label="New comment">
      {line === null ? (
        <Text size="sm" c="dimmed">
          On the version as a whole. Press beside a line’s number to comment on that line.
        </Text>
      ) : (
        <div className={styles['about']}>
          <span className={styles['number']}>{line}</span>
          <code>{lineOf(version.source_code, line)}</code>
          <CloseButton
            size="sm"
            aria-label="Comment on the whole instead"
            onClick={() => onDraft({ line: null, text })}
          />
        </div>
      )}
      <Textarea
        ref={box}
        aria-label={line === null ? 'Comment on the version' : `Comment on line ${line}`}
        placeholder={line === null ? 'Comment on the version' : `Comment on line ${line}`}
        autosize
        minRows={3}
        maxRows={12}
        value={text}
        maxLength={4000}
        error={problemOf(comment.error, 'text') ?? problemOf(comment.error, 'line')}
        onChange={(event) => onDraft({ line, text: event.currentTarget.value })}
      />
      <VerdictFailure failure={comment.error} version={version} fields={['text', 'line']} />
      <Group justify="flex-end">
        <Button type="submit" size="xs" loading={comment.running} disabled={text.trim() === ''}>
          Comment
        </Button>
      </Group>
    </form>
  )
}
