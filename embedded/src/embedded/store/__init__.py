"""A document store that speaks the MongoDB wire protocol, kept in one SQLite file.

An operation is narrowed by `_id` and by declared indexes to candidates; the
semantics of the operation itself come from mongomock-ng, run on the candidates
alone. Single node, for trial and development: what it does not do, it refuses.
"""
