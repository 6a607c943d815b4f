"""
A plan as anybody may read it: without what the synthetic people are made of.

Their coefficients are chosen against the real faces, and say more of them than pictures do
(docs/decisions/0028). Nothing can be rendered with a published plan until it is completed.
"""

from collections.abc import Mapping

from .plan import IdentityPlan, Plan


def published(plan: Plan) -> Plan:
    """Return a plan without coefficients."""
    none = {"shape": (), "texture": ()}
    return _with_people(plan, {p.identity_id: p.model_copy(update=none) for p in plan.people})


def completed(plan: Plan, recorded: Plan) -> Plan:
    """Return a plan with the coefficients that `recorded` has for the same names."""
    known = {person.identity_id: person for person in recorded.people}
    bare = [p for p in plan.people if not (p.shape or p.texture) and p.identity_id in known]
    return _with_people(plan, {p.identity_id: _made(p, known[p.identity_id]) for p in bare})


def _made(person: IdentityPlan, known: IdentityPlan) -> IdentityPlan:
    return person.model_copy(update={"shape": known.shape, "texture": known.texture})


def _with_people(plan: Plan, people: Mapping[str, IdentityPlan]) -> Plan:
    """Return a plan with these in the place of those who have their names."""

    def replaced(person: IdentityPlan | None) -> IdentityPlan | None:
        return None if person is None else people.get(person.identity_id, person)

    subjects = tuple(
        s.model_copy(update={"identity": replaced(s.identity), "stand_in": replaced(s.stand_in)})
        for s in plan.subjects
    )
    return plan.model_copy(update={"subjects": subjects})
