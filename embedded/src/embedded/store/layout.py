"""The tables of a store's file."""

from embedded.file import Layout

LAYOUT = Layout(
    name="document store of Biyong",
    application=0x42595354,
    version=2,
    tables=[
        "create table collections(number integer primary key, name text unique"
        " not null)",
        "create table indexes("
        " number integer primary key, collection integer not null,"
        " name text not null, spec text not null,"
        " multikey integer not null default 0, unique(collection, name))",
        "create table documents("
        " row integer primary key autoincrement, collection integer not null,"
        " id blob not null, body blob not null, unique(collection, id))",
        "create table entries("
        " number integer not null, key blob not null, row integer not null,"
        " primary key(number, key, row)) without rowid",
    ],
)
