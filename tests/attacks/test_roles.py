"""A member who wants to be more than a member: by a form of their own, an invitation, a code."""

import pytest

from social.people import grants, invitations, sessions, users
from social.people.grants import Asked
from storage.engine.database import Tx
from tests.attacks.test_oauth import BACK, registered
from tests.doors.askers import Person
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_nobody_makes_themselves_more_by_a_form_of_their_own(usine: LocalNode, mallory: Person) -> None:
    """Fields that a form does not have are not read."""
    extra = {"role": "admin", "is_admin": "1", "user": "1", "account_id": "1", "id": "1", "locked": "1"}
    await mallory.ask("POST", "/settings/profile", {"display_name": "Mallory", **extra})
    await mallory.ask("POST", "/settings/reading", {"post_visibility": "public", **extra})
    body = {"display_name": "Mallory", **extra, "source[role]": "admin"}
    await mallory.ask("PATCH", "/api/v1/accounts/update_credentials", body)

    def role(tx: Tx) -> str:
        found = users.user_of(tx, mallory.account)
        assert found is not None
        return found.role

    assert await usine.read(role) == "member"


async def test_an_invitation_gives_the_role_it_was_made_for(usine: LocalNode, chief: Person, nobody: Person) -> None:
    token = await usine.write(
        invitations.invite, chief.viewer, ids=usine.ids, settings=usine.settings.people, now=usine.clock()
    )
    fields = {"username": "newcomer", "display_name": "New", "password": "harbour-crane-42", "role": "admin"}
    joined = await nobody.ask("POST", f"/invitation/{token}", fields)
    assert joined.status == 303

    def role(tx: Tx) -> str:
        login = sessions.login(tx, "newcomer")
        assert login is not None
        found = users.user_of(tx, login.account)
        assert found is not None
        return found.role

    assert await usine.read(role) == "member"
    again = await nobody.ask("POST", f"/invitation/{token}", fields | {"username": "second"})
    assert again.status in (404, 410)


async def test_a_code_is_granted_in_ones_own_name_only(usine: LocalNode, mallory: Person) -> None:
    app = await registered(usine)
    code = await usine.write(
        grants.grant_code, mallory.viewer, Asked(client_id=app.id, redirect_uri=BACK), now=usine.clock()
    )
    token = (await app.exchange(code, user_id="1", username="amina", account="1")).json["access_token"]
    seen = await usine.read(grants.viewer_of_token, token)
    assert seen is not None and seen.viewer.username == "mallory"
