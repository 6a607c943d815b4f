"""What a published plan leaves out, and how it comes back."""

from swaddle.kernel.plan import IdentityPlan
from swaddle.kernel.publishing import completed, published
from tests.unit.kernel.test_plan import plan

PERSON = IdentityPlan(
    identity_id="i-c", attempt=1, engine="appearance", shape=(1.5,), texture=(0.25,)
)


def test_a_published_plan_does_not_say_what_a_synthetic_person_is_made_of() -> None:
    told = published(plan())

    assert "0.5" not in told.to_json().decode()
    assert "-1.25" not in told.to_json().decode()
    assert [p.identity_id for p in told.people] == [p.identity_id for p in plan().people]
    assert told.model_copy(update={"subjects": plan().subjects}) == plan()


def test_a_published_plan_is_completed_by_the_recorded_one() -> None:
    stands = plan().subjects[1].model_copy(update={"stand_in": PERSON})
    recorded = plan().model_copy(update={"subjects": (plan().subjects[0], stands)})

    assert published(recorded) != recorded
    assert completed(published(recorded), recorded) == recorded


def test_whom_somebody_changed_stays_as_they_are() -> None:
    changed = plan().people[0].model_copy(update={"shape": (9.0,)})
    other = plan().people[1].model_copy(update={"identity_id": "new", "shape": (), "texture": ()})
    subjects = tuple(
        s.model_copy(update={"identity": p})
        for s, p in zip(plan().subjects, (changed, other), strict=True)
    )
    edited_plan = plan().model_copy(update={"subjects": subjects})

    assert completed(edited_plan, plan()) == edited_plan
