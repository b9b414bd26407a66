"""What the example group has in its agenda: days count from today, hours are those of the wall at the place."""

from typing import NamedTuple

from social.gatherings.times import Every
from storage.gatherings import Status


class Meeting(NamedTuple):
    """A gathering, who holds it (`community` by its user name at the site of `by`), and who said yes or maybe."""

    by: str
    title: str
    text: str
    days: int
    hour: int
    minute: int
    minutes: int
    place: str
    zone: str = "Europe/Paris"
    address: str = ""
    link: str = ""
    category: str = "MEETING"
    status: Status = Status.CONFIRMED
    seats: int | None = None
    community: str = ""
    every: Every | None = None
    times: int = 1
    weekday: int | None = None
    """The next such day from there on (Monday is 0); without one the next working day."""
    yes: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()


MEETINGS = (
    Meeting(
        by="luc",
        title="Football du jeudi",
        text="Équipes mixtes, tous niveaux. Les Madrilènes de passage sont les bienvenus : on prête les gants.",
        days=2,
        hour=19,
        minute=0,
        minutes=90,
        place="Stade de Gerland",
        address="353 avenue Jean-Jaurès, Lyon",
        category="SPORTS",
        seats=10,
        community="football",
        weekday=3,
        every=Every.WEEK,
        times=6,
        yes=("luc", "karim", "chloe", "marc", "samir", "aissatou", "franck", "mateus", "patrick", "gerard", "javier"),
        maybe=("omar",),
    ),
    Meeting(
        by="bruno",
        title="Visite de la ligne 4",
        text="Une heure sur la ligne neuve avec ceux qui l’ont montée. Chaussures fermées, on fournit le casque.",
        days=4,
        hour=14,
        minute=30,
        minutes=60,
        place="Portail nord, Usine de Lyon",
        category="LEARNING",
        seats=12,
        yes=("mei", "claire", "carla", "amina", "sophie", "yann"),
    ),
    Meeting(
        by="carla",
        title="Questions a dirección",
        text="Una hora, todas las preguntas. Se puede venir en línea desde los tres centros.",
        days=7,
        hour=10,
        minute=0,
        minutes=60,
        place="Sala Retiro, Madrid",
        zone="Europe/Madrid",
        link="https://visio.armor.example/direccion",
        yes=("raul", "lucia", "pilar", "bruno", "helene"),
        maybe=("marc",),
    ),
    Meeting(
        by="sophie",
        title="Galette des nouveaux",
        text="Pour celles et ceux qui sont arrivés cet automne, et pour qui veut les connaître.",
        days=9,
        hour=16,
        minute=0,
        minutes=60,
        place="Cafétéria",
        category="FOOD_DRINK",
        status=Status.TENTATIVE,
        yes=("karim", "chloe"),
    ),
)
