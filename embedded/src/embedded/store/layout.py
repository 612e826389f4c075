"""The tables of a store's file, version by version."""

from embedded.file import Layout

LAYOUT = Layout(
    name="document store of Biyong",
    application=0x42595354,
    table="documents",
    steps=[
        [
            "create table if not exists collections("
            " number integer primary key, name text unique not null)",
            "create table if not exists indexes("
            " number integer primary key, collection integer not null,"
            " name text not null, spec text not null,"
            " multikey integer not null default 0, unique(collection, name))",
            "create table if not exists documents("
            " row integer primary key autoincrement, collection integer not null,"
            " id blob not null, body blob not null, unique(collection, id))",
            "create table if not exists entries("
            " number integer not null, key blob not null, row integer not null,"
            " primary key(number, key, row)) without rowid",
        ]
    ],
)
