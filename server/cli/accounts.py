"""`archipel account …` and `archipel token create`: people and tokens without a browser."""

import argparse
import asyncio

from server.cli.toolbox import CommandFailed, Toolbox, asked_password, say, toolbox
from server.config import load
from social.people import grants, keys, passwords, scopes, users
from social.policy import Role
from storage import accounts as account_rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import Millis


async def create(arguments: argparse.Namespace) -> None:
    """A local account with its login."""
    async with toolbox(load(arguments.config)) as tools:
        await create_account(tools, arguments, name=arguments.name, role=arguments.role)


async def create_account(tools: Toolbox, arguments: argparse.Namespace, *, name: str, role: str) -> None:
    """Make the account; says the password if it was generated. Raises Invalid."""
    password = await asked_password(from_input=arguments.password_stdin, generate=arguments.generate)
    people = tools.settings.people
    passwords.check_password(people, password, name)
    new = users.NewUser(
        username=name,
        password_hash=await asyncio.to_thread(passwords.hash_password, people, password),
        keys=await asyncio.to_thread(keys.make_keys),
        display_name=arguments.display_name or name,
        email=arguments.email,
        role=Role(role),
        locale=arguments.locale or "",
    )
    await tools.db.write(users.create, None, new, ids=tools.ids, urls=tools.urls, now=tools.clock())
    say(f"Made {name} ({role}): {tools.urls.profile(name)}")
    if arguments.generate:
        say(f"Password: {password}")


async def role(arguments: argparse.Namespace) -> None:
    """Change what somebody may do."""
    async with toolbox(load(arguments.config)) as tools:
        account = await account_of(tools, arguments.name)
        await tools.db.write(users.set_role, None, account.id, Role(arguments.role), now=tools.clock())
        say(f"{account.username} is {arguments.role} now.")


async def reset_password(arguments: argparse.Namespace) -> None:
    """Give somebody a new password; every session and token of theirs ends."""
    async with toolbox(load(arguments.config)) as tools:
        account = await account_of(tools, arguments.name)
        password = await asked_password(from_input=arguments.password_stdin, generate=arguments.generate)
        passwords.check_password(tools.settings.people, password, account.username)
        hashed = await asyncio.to_thread(passwords.hash_password, tools.settings.people, password)
        await tools.db.write(users.reset_password, None, account.id, hashed, now=tools.clock())
        say(f"{account.username} has a new password; all sessions and apps are signed out.")
        if arguments.generate:
            say(f"Password: {password}")


async def disable(arguments: argparse.Namespace) -> None:
    """Keep somebody from signing in, without hiding what they wrote."""
    async with toolbox(load(arguments.config)) as tools:
        account = await account_of(tools, arguments.name)
        await tools.db.write(users.disable, None, account.id, now=tools.clock())
        say(f"{account.username} can no longer sign in.")


async def enable(arguments: argparse.Namespace) -> None:
    """Let somebody sign in again."""
    async with toolbox(load(arguments.config)) as tools:
        account = await account_of(tools, arguments.name)
        await tools.db.write(users.enable, None, account.id, now=tools.clock())
        say(f"{account.username} can sign in again.")


async def rotate_key(arguments: argparse.Namespace) -> None:
    """Give somebody, or everybody with the node itself, new keys; peers are told, and what waits is signed anew."""
    if arguments.all == (arguments.name is not None):
        raise CommandFailed("say whose keys: a name, or --all")
    async with toolbox(load(arguments.config)) as tools:
        signers = await tools.db.read(keys.signers)
        if arguments.name is not None:
            account = await account_of(tools, arguments.name)
            signers = [signer for signer in signers if signer.id == account.id]
        for signer in signers:
            pair = await asyncio.to_thread(keys.make_keys)
            key_id = tools.urls.key(signer.uri)
            await tools.db.write(keys.rotate, signer.id, key_id, pair, leaked=arguments.leaked, now=tools.clock())
        say(f"{len(signers)} {'account has' if len(signers) == 1 else 'accounts have'} new keys.")


async def create_token(arguments: argparse.Namespace) -> None:
    """An access token of somebody's, for a bot or a script."""
    async with toolbox(load(arguments.config)) as tools:
        account = await account_of(tools, arguments.name)
        token = await tools.db.write(issue_token, account, arguments.scopes, arguments.app, tools, tools.clock())
        say(token)


def issue_token(tx: Tx, account: AccountRow, wanted: str | None, app: str, tools: Toolbox, now: Millis) -> str:
    """A new token with the scopes `wanted`, or with all that the role allows. Raises CommandFailed or Invalid."""
    user = users.user_of(tx, account.id)
    if user is None:
        raise CommandFailed(f"{account.username} has no login")
    asked = wanted if wanted is not None else scopes.scopes_of_role(Role(user.role))
    scopes.parse_scopes(asked)
    app_id = grants.node_app(tx, app, ids=tools.ids, now=now)
    return grants.issue(tx, app_id, user.id, asked, ids=tools.ids, now=now)


async def account_of(tools: Toolbox, name: str) -> AccountRow:
    """The account of somebody here. Raises CommandFailed."""
    account = await tools.db.read(account_rows.by_name, name.removeprefix("@").lower(), "")
    if account is None:
        raise CommandFailed(f"nobody here is called {name}")
    return account
