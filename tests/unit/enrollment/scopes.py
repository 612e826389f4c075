"""Scopes, as the chassis works them out of a caller."""

from chassis.http.auth import Scope

ALL = Scope.all()
below = Scope.below
