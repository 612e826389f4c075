"""The statuses of refusals, by their code; 409 for the others."""

STATUSES = {
    "unknown-branch": 404,
    "unknown-class": 404,
    "unknown-chunk": 404,
    "unknown-roster": 404,
    "unknown-enrolment": 404,
    "unknown-person": 404,
    "unknown-double": 404,
    "not-merged": 404,
    "not-your-branch": 403,
    "edit-conflict": 412,
    "not-your-person": 403,
    "unmasking-refused": 403,
    "field-illegal": 422,
    "rows-refused": 422,
    "bad-cursor": 422,
    "too-many-undecided": 429,
}
