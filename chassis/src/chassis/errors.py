"""What may go wrong below any service."""


class OwnFault(Exception):
    """A fault in words of ours: they name ids and parts, never what people wrote.

    `is_sentence` unless it is an id alone, which tells nothing without its kind.
    """

    is_sentence = True


class WriteConflict(OwnFault):
    """Too many writers at one document; ask again."""

    is_sentence = False


class Unavailable(OwnFault):
    """A part does not answer; what was asked may be asked again later."""


class Incompatible(OwnFault):
    """A part that is there but cannot carry the service; the line says what to do."""
