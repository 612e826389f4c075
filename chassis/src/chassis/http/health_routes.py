"""/livez, /readyz and /metrics: how a process is, for probes and collectors."""

from collections.abc import Callable
from typing import Any, cast

from contracts.http.shape import Answer
from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST

from chassis.http.auth import allow_everyone
from chassis.http.readiness import Readiness, ReadinessStatus
from chassis.http.routing import Routes, get, rule_of
from chassis.http.views import Answered, adapt_view
from chassis.telemetry import metrics


class Alive(Answer):
    """That the process lives."""

    alive: bool


class HealthRoutes(Routes):
    """Routes of a process's health.

    `set_gauges` sets those metrics that are counted only when somebody asks;
    `guard_metrics` raises the Problem for whoever may not read them.
    """

    name = "health"

    def __init__(
        self,
        readiness: Readiness,
        set_gauges: Callable[[], None],
        guard_metrics: Callable[[], None],
    ) -> None:
        self.readiness, self.set_gauges = readiness, set_gauges
        self.guard_metrics = guard_metrics

    @get("/livez")
    @allow_everyone
    def show_liveness(self) -> Alive:
        """Whether the process lives."""
        return Alive(alive=True)

    @get("/readyz", also=(503,))
    @allow_everyone
    def show_readiness(self) -> Answered[ReadinessStatus]:
        """Whether the process can do its work; 503 while it cannot."""
        status = self.readiness.find_status()
        return Answered(status, 200 if status.ready else 503)

    @get("/metrics", answers=CONTENT_TYPE_LATEST.partition(";")[0])
    @allow_everyone
    def show_metrics(self) -> Response:
        """The process's metrics in the text format of Prometheus."""
        self.guard_metrics()
        self.set_gauges()
        self.readiness.find_status()
        return Response(metrics.render_metrics(), content_type=CONTENT_TYPE_LATEST)

    def add_to(self, app: Flask) -> None:
        """Each under its path's name, by which logs and metrics leave probes out."""
        views = (self.show_liveness, self.show_readiness, self.show_metrics)
        for view in cast(tuple[Callable[..., Any], ...], views):
            if rule := rule_of(view):
                name = rule.path.strip("/")
                app.add_url_rule(rule.path, name, adapt_view(view, rule))
