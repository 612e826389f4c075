"""Event contracts: the schema and a golden example of every event."""

from importlib.resources import files

from contracts.registry import BRANCH, ContractRegistry

__all__ = ["BRANCH", "REGISTRY", "ContractRegistry"]

REGISTRY = ContractRegistry(files(__name__))
"""The platform's contract registry; the functions of this module ask it."""

all_types = REGISTRY.all_types
schema_of = REGISTRY.schema_of
example_of = REGISTRY.example_of
validator_of = REGISTRY.validator_of
consumers_of = REGISTRY.consumers_of
producer_of = REGISTRY.producer_of
consumed_by = REGISTRY.consumed_by
