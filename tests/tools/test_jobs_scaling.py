"""What two jobs are measured with gives one job no more than its share."""

from tools.bench.scaling import pinned


def test_each_job_has_a_core_and_a_thread_of_its_own() -> None:
    one, two = (list(pinned(["swaddle", "anonymize"], jobs)) for jobs in (1, 2))

    assert one[one.index("--cpu-list") + 1] == "0"
    assert two[two.index("--cpu-list") + 1] == "0,1"
    assert "SWADDLE_THREADS=1" in one
    # Two jobs share what a machine may use.
    assert "SWADDLE_THREADS=2" in two
    assert two[-2:] == ["--jobs", "2"]
