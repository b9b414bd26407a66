"""Every route of the API in one table."""

from server.api import (
    accounts,
    apps,
    conversations,
    emojis,
    files,
    filters,
    first_filters,
    groups,
    instance,
    lists,
    media,
    notice_requests,
    notifications,
    oauth,
    personal,
    polls,
    quotes,
    reactions,
    relations,
    reports,
    search,
    statuses,
    streaming,
    tags,
    timelines,
    unmade,
)
from server.api.routing import Routes

ROUTES = Routes(
    endpoint
    for subject in (
        apps,
        oauth,
        instance,
        accounts,
        relations,
        reports,
        statuses,
        quotes,
        reactions,
        polls,
        timelines,
        lists,
        tags,
        filters,
        first_filters,
        notifications,
        groups,
        notice_requests,
        conversations,
        media,
        search,
        personal,
        emojis,
        streaming,
        unmade,
        files,
    )
    for endpoint in subject.ROUTES
)
