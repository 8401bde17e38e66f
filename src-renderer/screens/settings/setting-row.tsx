import { Button, Group, NumberInput, Select, Switch, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Setting } from '../../../src-main/domain/setting.ts'
import { useCommand } from '../../bridge/client.ts'
import { describeFailure, problemOf } from '../../bridge/failure-text.ts'
import { notifySuccess } from '../../notifications.tsx'
import styles from './settings.module.css'
import { choicesOf, numberFormOf, textOf, type NumberForm } from './units.ts'

interface SettingRowProps {
  setting: Setting
  mayChange: boolean
}

/** One setting: what it is, and its value in place. */
export function SettingRow({ setting, mayChange }: SettingRowProps) {
  const form = numberFormOf(setting)
  const id = `setting-${setting.key}`
  const { label, hint } = textOf(setting)
  return (
    <div className={styles['row']}>
      <div>
        <label htmlFor={id} className={styles['label']}>
          {label}
        </label>
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      </div>
      {form !== null ? (
        <NumberEditor key={String(setting.value)} id={id} setting={setting} form={form} mayChange={mayChange} />
      ) : typeof setting.value === 'boolean' ? (
        <YesOrNo id={id} setting={setting} mayChange={mayChange} />
      ) : (
        <Choice id={id} setting={setting} mayChange={mayChange} />
      )}
    </div>
  )
}

function YesOrNo({ id, setting, mayChange }: SettingRowProps & { id: string }) {
  const set = useCommand('settings.set')
  const change = async (value: boolean) => {
    const answer = await set.run({ key: setting.key, value })
    if (answer.ok) notifySuccess(`${textOf(setting).label}: ${value ? 'on' : 'off'}`)
  }
  return (
    <Switch
      id={id}
      className={styles['switch']}
      checked={setting.value === true}
      disabled={!mayChange || set.running}
      onChange={(event) => void change(event.currentTarget.checked)}
    />
  )
}

function Choice({ id, setting, mayChange }: SettingRowProps & { id: string }) {
  const set = useCommand('settings.set')
  const change = async (value: string) => {
    const answer = await set.run({ key: setting.key, value })
    if (answer.ok) notifySuccess(`${textOf(setting).label} saved`)
  }
  return (
    <Select
      id={id}
      allowDeselect={false}
      disabled={!mayChange || set.running}
      value={String(setting.value)}
      onChange={(value) => value !== null && void change(value)}
      data={[...choicesOf(setting.key)]}
    />
  )
}

interface NumberEditorProps extends SettingRowProps {
  id: string
  form: NumberForm
}

function NumberEditor({ id, setting, form, mayChange }: NumberEditorProps) {
  const kept = form.toShown(Number(setting.value))
  const [shown, setShown] = useState<number | string>(kept)
  const set = useCommand('settings.set', { failures: 'form' })
  const isChanged = shown !== kept
  const isWithin = typeof shown === 'number' && shown >= form.minimum && shown <= form.maximum
  const problem = set.error && (problemOf(set.error, 'value') ?? describeFailure(set.error).message)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!isWithin || !isChanged) return
    const answer = await set.run({ key: setting.key, value: form.toKept(shown) })
    if (answer.ok) notifySuccess(`${textOf(setting).label} saved`)
  }
  const revert = () => {
    setShown(kept)
    set.clear()
  }
  const usual = form.toShown(Number(setting.default))
  return (
    <form className={styles['editor']} onSubmit={(event) => void submit(event)}>
      <NumberInput
        id={id}
        value={shown}
        readOnly={!mayChange}
        variant={mayChange ? 'default' : 'unstyled'}
        min={form.minimum}
        max={form.maximum}
        allowDecimal={!form.isWhole}
        clampBehavior="none"
        hideControls={!mayChange}
        thousandSeparator=" "
        suffix={form.unit === '' ? '' : ` ${form.unit}`}
        error={problem ?? (!isWithin && `From ${bound(form.minimum)} to ${bound(form.maximum)}${withUnit(form)}`)}
        onChange={setShown}
        onKeyDown={(event) => event.key === 'Escape' && isChanged && revert()}
      />
      {isChanged ? (
        <Group gap={6}>
          <Button type="submit" size="compact-sm" loading={set.running} disabled={!isWithin}>
            Save
          </Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={revert}>
            Undo
          </Button>
        </Group>
      ) : (
        <Text size="xs" c="dimmed">
          {bound(form.minimum)} to {bound(form.maximum)}
          {withUnit(form)}
          {usual !== kept && `, usually ${bound(usual)}`}
        </Text>
      )}
    </form>
  )
}

const numbers = new Intl.NumberFormat('en')

/** With a thin space between thousands, as the input writes them. */
function bound(value: number): string {
  return numbers.format(value).replaceAll(',', '\u202f')
}

function withUnit(form: NumberForm): string {
  return form.unit === '' ? '' : ` ${form.unit}`
}
