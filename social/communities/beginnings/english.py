"""The beginnings in English."""

from collections.abc import Mapping

from social.communities.beginnings.beginning import Beginning

ENGLISH: Mapping[str, Beginning] = {
    "maintenance": Beginning(
        purpose="What breaks, what gets fixed and how: from one shop floor to the next, at every site.",
        guide="""\
Three habits that keep this place useful:

1. One fault, one post: the machine, what you see, what you tried. A photo if you can.
2. When it is fixed, answer the first post: how, with which part, in how long.
3. What comes back becomes a page: “Pages” keeps the procedures.""",
        rules="""\
Safety first: nothing here replaces a lock-out.

We describe machines, never people's mistakes.""",
        welcome="Welcome. Say which machines you work on, and what you are looking for just now.",
        topics=("Faults", "Parts", "Prevention", "Tricks"),
        page="Describing a fault",
        how="""\
- Machine and tag:
- What you see, what you hear:
- Since when, and after what:
- Tried already:
- Machine stopped, or running slowly:""",
    ),
    "launch": Beginning(
        purpose="Everything one needs to know to launch together, in one place and at one time.",
        guide="""\
The launch is prepared here:

1. A decision is a post of its own, under “Decisions”; nobody has to read thirty answers.
2. What customers say goes under “From the field”, the good and the bad.
3. A question without an answer after two days is taken up by a host.""",
        rules="Nothing written here goes out before the date. For the rest, we write as to colleagues.",
        welcome="Welcome. Say what you prepare for the launch, and what you still need.",
        topics=("Decisions", "Calendar", "From the field", "Material"),
        page="Who does what, and when",
        how="""\
- Material (who, when):
- Training (who, when):
- First customer (who, when):""",
    ),
    "project": Beginning(
        purpose="The project's team: what we do this week, what is in the way, what we learnt.",
        guide="""\
The rhythm of the project:

1. On Monday each writes one line: what I do, what is in my way.
2. What is in the way goes under “Blocked” and names who can help.
3. At the end of each step: what we keep, what we change. Then the page is brought up to date.""",
        rules="Decisions are taken here, not in a corridor. Who disagrees says so before, not after.",
        welcome="Welcome. Say in one line what you bring to the project.",
        topics=("This week", "Blocked", "Decisions", "Learnt"),
        page="The project on one page",
        how="""\
- Aim:
- For whom:
- Done when:
- Steps:
- Who decides what:""",
    ),
    "leisure": Beginning(
        purpose="Meeting outside work, wherever you are and however good you are at it.",
        guide="""\
Three rules and no more: say so when you cannot come, lend what is missing, do not argue with the referee.

To suggest a date, write the day, the time and the place. Colleagues passing through are welcome.""",
        rules="We come for the fun of it. No money, no advertising, nobody left on the bench.",
        welcome="Welcome. Say where you are and when you are free: we keep you a place.",
        topics=("Next time", "Gear", "Photos"),
        page="How it works",
        how="""\
- Where and when:
- What to bring:
- Whom to call when you come from another site:""",
    ),
    "practice": Beginning(
        purpose="Learning from one another in the same trade, from site to site.",
        guide="""\
How we learn here:

1. A precise question gets an answer: say what you tried.
2. Who found it writes it down, even when it is simple.
3. Once a month somebody shows how they do it. Put yourself forward.""",
        rules="No question is too simple. We correct an idea, not a person.",
        welcome="Welcome. What may people ask you about, and what would you like to learn?",
        topics=("Questions", "Ways of working", "Worth reading"),
        page="What we know",
        how="""\
- Questions that come back, and their answers:
- Good documents:
- Whom to ask, and about what:""",
    ),
    "entity": Beginning(
        purpose="The life of the site: what goes on, what changes, what one should know.",
        guide="""\
This place belongs to the whole site:

1. What concerns everybody is written here, not in a corridor.
2. A question asked here gets an answer, even if it is “not yet”.
3. Newcomers say who they are, and the others answer.""",
        rules="We sign what we write, we answer questions, we do not rate people.",
        welcome="Welcome to the site. Say where you are to be found, and what you do.",
        topics=("Announcements", "Questions", "Day to day", "Newcomers"),
        page="The site in practice",
        how="""\
- Access and hours:
- Canteen:
- Whom to call in an emergency:""",
    ),
}
