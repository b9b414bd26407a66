"""What the communicators of the example group write and plan: articles in a series, slots, a campaign."""

from typing import NamedTuple

SPEAKERS = ("com", "carla", "gilles")
"""Who speaks for the headquarters, the subsidiary and the plant."""
REVIEWER = "carla"


class Written(NamedTuple):
    """An article, with the scene of its cover; `note`: how it was corrected, by which replacement."""

    by: str
    title: str
    teaser: str
    source: str
    language: str
    scene: str
    alt: str
    readers: tuple[str, ...]
    series: str = ""
    part: int = 0
    note: str = ""
    before: str = ""
    after: str = ""


class Slot(NamedTuple):
    """Something planned: days from now, hour, channel."""

    by: str
    title: str
    days: int
    hour: int
    channel: str
    must_read: bool = False
    is_of_campaign: bool = False


CAMPAIGN = ("Mains sûres", "Pas une coupure de plus cet hiver : chacun dit ce qui l’a fait saigner, et on y remédie.")
HASHTAG = "MainsSûres"
ARTICLES = (
    Written(
        by="com",
        title="Presse 2 : ce qu’une panne nous a appris",
        teaser="Onze heures d’arrêt, un joint à quatre euros, et une question que personne ne posait.",
        language="fr",
        scene="five_whys",
        alt="Un tableau blanc : cinq fois pourquoi, de la presse arrêtée à la gamme sans filtre",
        source="""Le mardi à 5 h 40, la presse 2 s’arrête. À 15 h 50 elle repart.
Entre les deux, onze heures, deux équipes, et un joint à quatre euros.

## Ce qui s’est passé

Le joint du vérin s’est déchiré. L’huile était à **71 degrés** :
l’échangeur était bouché, son filtre n’avait jamais été changé.

![Le tableau de la réunion](photo:1 "Cinq pourquoi, en vingt minutes, au pied de la machine")

## Pourquoi personne ne le savait

Le filtre n’était dans aucune gamme. Ce n’est la faute de personne en particulier, et c’est bien le problème.

> On ne cherche pas qui. On cherche ce qui a permis que cela arrive.

## Ce qui change

- Le filtre est dans la gamme de la presse 2, tous les six mois.
- Les quatre autres presses ont été vues le jour même.
- Madrid a la même machine : le relevé a été fait là-bas aussi.

## Et maintenant

Si vous avez un organe que personne ne change jamais, dites-le avec #maintenance. Il n’y a pas de petite question.""",
        series="Ce qu’on a appris",
        part=1,
        readers=("bruno", "claire", "marc", "amina", "luc", "denis", "pilar", "elena", "carla"),
        note="La presse a repris à 16 h 50, et non à 15 h 50.",
        before="À 15 h 50 elle repart.",
        after="À 16 h 50 elle repart.",
    ),
    Written(
        by="com",
        title="Douze semaines sans chute à l’expédition",
        teaser="Ni affiche ni slogan : trois mètres de bande jaune et une règle que tout le monde comprend.",
        language="fr",
        scene="meeting",
        alt="Une réunion d’équipe debout autour du tableau",
        source="""Douze semaines sans une chute à l’expédition : ce n’était pas arrivé depuis 2019.

## Une bande, une règle

La bande jaune dit où l’on marche. La règle dit : *on ne court pas, même quand le camion attend*.

## Qui l’a trouvée

L’équipe du matin, au pied du quai, en dix minutes. Le reste a pris onze semaines d’habitude.

## À essayer chez vous

Le plan au sol tient sur une page. Demandez-le à l’expédition.""",
        series="Ce qu’on a appris",
        part=2,
        readers=("bruno", "amina", "luc", "sophie"),
    ),
)  # fmt: skip
SLOTS = (
    Slot("carla", "What Madrid does with its scrap", 2, 10, "article", is_of_campaign=True),
    Slot("com", "Vœux de la direction", 20, 9, "article"),
    Slot("com", "Nouveaux badges : à lire avant lundi", 5, 9, "announcement", must_read=True),
    Slot("gilles", "Gants neufs : lequel pour quel poste", 5, 14, "announcement", must_read=True, is_of_campaign=True),
    Slot("gilles", "Visite du quai 3", 9, 11, "event", is_of_campaign=True),
)
