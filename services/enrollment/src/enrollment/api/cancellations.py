"""/classes/{class}/cancellation: what a cancellation did to people."""

from chassis.http.auth import require_services
from chassis.http.routing import Routes, get
from contracts.http.enrollment import CancellationOut

from enrollment.usecases.empty_cancelled import ShowCancellation


class CancellationRoutes(Routes):
    """The route by which catalog learns whether a cancellation can be undone."""

    name = "cancellations"

    def __init__(self, show: ShowCancellation) -> None:
        self.show = show

    @get("/classes/<class_id>/cancellation")
    @require_services("catalog")
    def show_cancellation(self, class_id: str) -> CancellationOut:
        """Whether a cancellation was carried out, and whether somebody was told."""
        return CancellationOut.of(self.show(class_id))
