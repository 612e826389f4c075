"""All benches, one after the other: `make bench`."""

from tests.bench import (
    bench_bus,
    bench_objects,
    bench_roster,
    bench_start,
    bench_store,
)

for bench in (bench_store, bench_bus, bench_objects, bench_start, bench_roster):
    print(f"\n{bench.__name__}")
    bench.main()
