"""Errors that a tool raises for the person who runs it."""


class ToolUserError(Exception):
    """Ends the tool with a message that the user is shown as it stands; put nothing in it that they may not see."""

    def __init__(self, message: object) -> None:
        self.safe_message = str(message)
        super().__init__(self.safe_message)
