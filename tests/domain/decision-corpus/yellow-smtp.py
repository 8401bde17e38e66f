import smtplib
from email.message import EmailMessage


def run_tool(input_dir, output_dir):
    message = EmailMessage()
    message["To"] = "all@example.org"
    with smtplib.SMTP("mail.example.org") as server:
        server.send_message(message)
    return "sent"
