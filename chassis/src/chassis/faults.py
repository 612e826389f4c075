"""What may go wrong below any service."""


class OwnFault(Exception):
    """A fault in words of ours: they name ids and parts, never what people wrote."""


class Contended(OwnFault):
    """Too many writers at one document; ask again."""


class Unfit(OwnFault):
    """A part that is there but cannot carry the service; the line says what to do."""
