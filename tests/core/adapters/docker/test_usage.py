"""What two readings of the engine's counters say of a container."""

from typing import Any

from sh0.adapters.docker.usage import usage
from sh0.ports.usage import Usage
from sh0.values import ByteSize


def reading(at: str, spent: int, **memory: Any) -> dict[str, Any]:
    return {
        "read": f"2026-01-01T00:00:{at}Z",
        "cpu_stats": {"cpu_usage": {"total_usage": spent}},
        "memory_stats": memory,
    }


def test_cores_are_time_spent_over_time_passed_and_cache_does_not_count() -> None:
    after = reading("01.500000000", 4_000_000_000, usage=3000, stats={"inactive_file": 1000})
    assert usage(reading("00.500000000", 3_500_000_000, usage=1), after) == Usage(0.5, ByteSize(2000))


def test_a_counter_that_went_back_is_no_time_spent() -> None:
    after = reading("01.0", 1, usage=10, stats={})
    assert usage(reading("00.0", 5, usage=10), after) == Usage(0.0, ByteSize(10))
    assert usage(after, after) == Usage(0.0, ByteSize(10))


def test_what_does_not_run_has_no_figures() -> None:
    assert usage(reading("00.0", 0), {"read": "0001-01-01T00:00:00Z", "cpu_stats": {}, "memory_stats": {}}) is None
