"""What may go wrong below any service."""


class Contended(Exception):
    """Too many writers at one document; ask again."""


class Unfit(Exception):
    """A part that is there but cannot carry the service; the line says what to do."""
