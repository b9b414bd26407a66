"""When a person looks at an account of elsewhere, what it puts forward is read from its node beside."""

from server.api.call import Call
from social.people import featured
from storage.ids import AccountId


async def look(call: Call, account: AccountId) -> None:
    """Ask for it, unless that was done just now. Strangers, and apps without a person, cause nothing."""
    if not call.token:
        return
    now = call.node.clock()
    if await call.read(featured.is_worth_reading, account, now=now):
        await call.write(featured.opened, account, now=now)
