"""Send the mails that are due."""

from notify.domain.notice import Mail
from notify.usecases.ports import Contact, Contacts, Mails, Postman, Undeliverable

AT_ONCE = 200


class SendMails:
    """Asks for addresses in one go, then delivers one by one."""

    def __init__(self, mails: Mails, contacts: Contacts, postman: Postman) -> None:
        self.mails, self.contacts, self.postman = mails, contacts, postman

    def __call__(self) -> bool:
        """Send what is due now; whether there was any."""
        due = self.mails.claim(AT_ONCE)
        people = sorted({mail.person_id for mail in due if not mail.address})
        contacts = self.contacts.of(people) if people else {}
        for mail in due:
            self._send(mail, contacts)
        return bool(due)

    def _send(self, mail: Mail, contacts: dict[str, Contact]) -> None:
        to = contacts.get(mail.person_id)
        if mail.address:
            to = Contact(mail.words.get("name", ""), mail.address)
        if to is None or not to.email:
            self.mails.close(mail.without_address()[0])
            return
        try:
            self.postman.deliver(mail, to)
        except Undeliverable:
            self.mails.close(mail.without_address()[0])
        else:
            self.mails.close(mail.sent()[0])
