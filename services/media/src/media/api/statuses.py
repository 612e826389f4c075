"""The status with which each refusal is answered."""

STATUSES = {
    "unknown-upload": 404,
    "unknown-lecture": 404,
    "parts-through-here": 404,
    "wrong-part": 422,
    "parts-missing": 422,
    "too-many-uploads": 422,
    "upload-quota": 422,
    "no-room": 422,
    "no-lecture": 422,
    "not-enrolled": 403,
    "stream-refused": 403,
    "captions-refused": 422,
    "language-refused": 422,
    "too-many-languages": 422,
    "unknown-captions": 404,
    "edit-conflict": 412,
    "no-picture": 422,
    "picture-not-made": 503,
    "unknown-picture": 404,
}
