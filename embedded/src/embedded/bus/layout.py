"""The tables of a bus's file, and what is asked of its leases."""

from embedded.file import Layout

LAYOUT = Layout(
    name="event bus of Biyong",
    application=0x42594255,
    version=2,
    tables=[
        "create table bindings(topic text not null, queue text not null,"
        " primary key(topic, queue)) without rowid",
        "create table messages("
        " number integer primary key autoincrement, queue text not null,"
        " partition integer not null, topic text not null, body blob not null)",
        "create index ready on messages(queue, partition, number)",
        "create table leases(queue text not null, partition integer not null,"
        " holder text not null, until real not null,"
        " reached integer not null default 0,"
        " primary key(queue, partition)) without rowid",
        "create table again(number integer primary key, deliveries integer not null)",
        "create table aside(number integer primary key, queue text not null,"
        " partition integer not null, topic text not null, body blob not null,"
        " deliveries integer not null, why text not null, at real not null)",
    ],
)
"""`leases` has a row for every partition ever read: who holds it until when, and up
to which message it was `reached`, that is delivered at least once. `again` counts
the deliveries of those that were delivered twice or more."""

FREE_PARTITION = """
with recursive p(n) as (values(0) union all select n+1 from p where n<:partitions-1),
first(partition, number) as (
    select n, (select min(number) from messages where queue=:queue and partition=n)
    from p)
select partition from first f where number is not null and not exists (
    select 1 from leases l where l.queue=:queue and l.partition=f.partition
    and (l.until>=:now or (:new_alone and l.reached>=f.number)))
order by number limit 1
"""
FIRST_FREE = """
select min(until) from leases l where queue=:queue and exists (
    select 1 from messages m where m.queue=l.queue and m.partition=l.partition)
"""
TAKE_LEASE = (
    "insert into leases values(?,?,?,?,0) on conflict do update"
    " set holder=excluded.holder, until=excluded.until returning reached"
)
COUNT_AGAIN = (
    "insert into again values(?,2) on conflict do update"
    " set deliveries=deliveries+1 returning deliveries"
)
RENEW_LEASE = (
    "update leases set until=? where queue=? and partition=? and holder=? and until>=?"
)
FIRST_OF = (
    "select number, topic, partition, body from messages"
    " where queue=? and partition=? order by number limit ?"
)
COPY_ASIDE = (
    "insert into aside select m.number, queue, partition, topic,"
    " body, coalesce(a.deliveries, 1), ?, ? from messages m"
    " left join again a on a.number=m.number where m.number=?"
)
