"""What may go wrong below any service, and passes."""


class Contended(Exception):
    """Too many writers at one document; ask again."""
