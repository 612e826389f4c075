"""Series of an hour as Prometheus would have them: of a platform that is well, and of
one with a fault, in the notation of promtool."""

MEMBERS = ("gateway", "catalog", "enrollment", "media", "learning", "notify")
ROLES = ("web", "worker", "relay")
JOBS = {"media": ("upload", "lecture"), "enrollment": ("chunk",), "notify": ("mail",)}
STEPS = 160
"""Of half a minute each: an hour, and as long as the slowest alert may take."""
ALWAYS = f"x{STEPS}"
Series = dict[str, str]
"""A series' name with its labels → its values."""


def make_healthy() -> Series:
    """An hour of a platform that works: a large roster comes, a process is started
    again, a lecture waits for another, an event fails once and passes."""
    series: Series = {}
    for member in MEMBERS:
        for role in ROLES:
            series |= _make_process(member, role)
        series |= _make_work(member)
    series["up" + _of("catalog", "worker", pod="b")] = f"1x30 0x20 1{ALWAYS}"
    series["up" + _of("notify", "relay", pod="a")] = f"1x60 0x2 1{ALWAYS}"
    series |= _make_pages() | _make_watching()
    return series


def _make_process(member: str, role: str) -> Series:
    at = _of(member, role, pod="a")
    parts = ("store", "bus") + (("objects",) if member == "media" else ())
    series = {"up" + at: f"1{ALWAYS}"}
    for part in parts:
        series["biyong_part_up" + _of(member, role, part=part)] = f"1{ALWAYS}"
    series["biyong_outbox_oldest_seconds" + at] = f"0x40 2 8 20 31 14 3 0{ALWAYS}"
    for state in ("waiting", "parked"):
        name = "biyong_retry_sequences" + _of(member, role, state=state)
        series[name] = f"0x50 1x6 0{ALWAYS}" if state == "waiting" else f"0{ALWAYS}"
    for kind in JOBS.get(member, ()):
        values = f"0x20 5 35 60 20 0{ALWAYS}"
        if kind == "lecture":
            values = f"0x20 0+30x60 0{ALWAYS}"  # half an hour behind another
        name = "biyong_job_overdue_seconds" + _of(member, role, kind=kind)
        series[name] = values
    return series


def _make_work(member: str) -> Series:
    """Events a second old, and for two minutes, when a roster comes, a minute."""
    handled = {"1": "0+20x60 1200+8x4 1240+20", "20": "0+20x60 1200+9x4 1245+20"}
    series = {
        "biyong_event_age_seconds_bucket" + _of(member, "worker", le=le): f"{v}{ALWAYS}"
        for le, v in handled.items()
    }
    for le in ("60", "+Inf"):
        name = "biyong_event_age_seconds_bucket" + _of(member, "worker", le=le)
        series[name] = f"0+20x60 1220+20{ALWAYS}"
    name = "biyong_work_failures_total" + _of(member, "worker", work="sending")
    series[name] = f"0x30 1x40 2{ALWAYS}"
    return series


def _make_pages() -> Series:
    series = {}
    for status, values in {"200": "0+300", "404": "0+9", "500": "0x30 1"}.items():
        at = _of("gateway", "web", endpoint="courses.list", status=status)
        series["biyong_http_requests_total" + at] = f"{values}{ALWAYS}"
    probes = _of("gateway", "web", endpoint="readyz", status="503")
    series["biyong_http_requests_total" + probes] = f"0+6{ALWAYS}"
    for le, each in {"0.1": 280, "1": 298, "2.5": 300, "+Inf": 300}.items():
        at = _of("gateway", "web", endpoint="courses.list", le=le)
        series["biyong_http_request_seconds_bucket" + at] = f"0+{each}{ALWAYS}"
    return series


def _make_watching() -> Series:
    return {
        "biyong_watch_reports_total" + _of("media", "web", verdict=verdict): values
        for verdict, values in {
            "counted": f"0+200{ALWAYS}",
            "not-fetched": f"0+20{ALWAYS}",
        }.items()
    }


def _of(member: str, role: str, **labels: str) -> str:
    """The labels of a series, as Prometheus writes them."""
    all_ = {"job": "biyong", "member": member, "role": role, **labels}
    return "{" + ",".join(f'{name}="{value}"' for name, value in all_.items()) + "}"


def with_fault(values: str, *texts: str) -> Series:
    """The same hour, in which the series that have all these texts in their name go
    otherwise."""
    return change(make_healthy(), values, *texts)


def change(series: Series, values: str, *texts: str) -> Series:
    """Series of which those go otherwise; a name has a blank before it."""
    chosen = {n for n in series if all(text in f" {n}" for text in texts)}
    assert chosen, texts
    return {name: values if name in chosen else v for name, v in series.items()}


def without(*texts: str) -> Series:
    """The same hour without the series that have all these texts in their name."""
    series = make_healthy()
    return {n: v for n, v in series.items() if not all(t in f" {n}" for t in texts)}


def inputs_of(series: Series) -> list[dict[str, str]]:
    """The series as promtool reads them."""
    return [{"series": name, "values": values} for name, values in series.items()]
