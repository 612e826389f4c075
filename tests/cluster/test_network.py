"""The policies let pass what stands in the list of arrows, and nothing else."""

import pytest

from tests.cluster.arrows import MEMBERS, Arrow, Network, read_arrows
from tests.cluster.overlays import ALL, find_places, render_overlay
from tests.contract.test_who_may_call import CONSUMERS, MAY_CALL

pytestmark = pytest.mark.part("kustomize")
of_every_overlay = pytest.mark.parametrize("overlay", ALL)


@of_every_overlay
def test_policies_let_pass_the_arrows_of_the_list_and_no_other(overlay: str) -> None:
    network = Network(render_overlay(overlay))
    assert network.find_arrows() == read_arrows(*find_places(overlay))


@of_every_overlay
def test_every_pod_is_closed_but_for_what_policies_name(overlay: str) -> None:
    network = Network(render_overlay(overlay))
    assert [pod for pod in network.pods if not network.is_closed(pod)] == []


@of_every_overlay
def test_webhooks_leave_for_no_network_of_our_own(overlay: str) -> None:
    [policy] = [
        manifest
        for manifest in render_overlay(overlay)
        if manifest["metadata"]["name"] == "from-enrollment-to-webhooks"
    ]
    [rule] = policy["spec"]["egress"]
    blocks = {peer["ipBlock"]["cidr"]: peer["ipBlock"]["except"] for peer in rule["to"]}
    assert {net: set(excepted) for net, excepted in blocks.items()} == {
        "0.0.0.0/0": {
            "10.0.0.0/8",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
        },
        "::/0": {"fc00::/7", "fe80::/10"},
    }


@of_every_overlay
def test_nobody_but_who_calls_webhooks_leaves_for_the_whole_world(overlay: str) -> None:
    everywhere = {
        manifest["metadata"]["name"]
        for manifest in render_overlay(overlay)
        if manifest["kind"] == "NetworkPolicy"
        for rule in manifest["spec"].get("egress", [])
        for peer in rule.get("to", [])
        if peer.get("ipBlock", {}).get("cidr") in {"0.0.0.0/0", "::/0"}
    }
    assert everywhere == {"from-enrollment-to-webhooks"}


def test_services_reach_those_whom_they_may_call_and_no_other() -> None:
    callers = {
        (service, caller) for service, who in CONSUMERS.items() for caller in who
    }
    callers |= {
        (service, who) for (service, _), all_ in MAY_CALL.items() for who in all_
    }
    callers |= {(service, "gateway") for service in MEMBERS if service != "gateway"}
    wanted = {
        Arrow(f"{caller}:{role}", f"{service}:web", 8000)
        for service, caller in callers
        for role in ("web", "worker")
        if caller in MEMBERS
    }
    wanted |= {Arrow("edge", f"{target}:web", 8000) for target in ("gateway", "media")}
    assert {a for a in read_arrows("everywhere") if a.port == 8000} == wanted
