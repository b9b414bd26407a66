"""What people of the example group let colleagues know, and whom they thank. By usernames; days count from today."""

from typing import NamedTuple

VALUES = ("Entraide", "Sécurité", "Attention au client", "Audace")

SKILLS: dict[str, tuple[str, ...]] = {
    "luc": ("Soudure TIG", "Hydraulique", "Variateurs de vitesse"),
    "jeanpierre": ("Réglage de presse", "Soudure TIG"),
    "amina": ("Changement d’outil rapide", "Animation d’équipe"),
    "denis": ("Automates", "Réseau d’atelier"),
    "anh": ("Métrologie", "Contrôle par caméra"),
    "nathalie": ("Consignation", "Arrêtés ATEX"),
    "bruno": ("Conduite de projet", "Lean"),
    "mei": ("Calcul de structure", "Chinois"),
    "lea": ("Support bureautique", "Langue des signes"),
    "nadia": ("Écriture", "Photo"),
    "carla": ("ISO 9001 audits", "Six Sigma"),
    "raul": ("TIG welding", "Press setting"),
    "tom": ("Negotiation", "German"),
    "ingrid": ("Project planning", "Swedish"),
}


class Endorsed(NamedTuple):
    """Who says of whom that they know what; `agreed`: whether it is shown."""

    by: str
    of: str
    skill: str
    agreed: bool = True


ENDORSED = (
    Endorsed("amina", "luc", "Soudure TIG"),
    Endorsed("raul", "luc", "Soudure TIG"),
    Endorsed("bruno", "luc", "Soudure TIG"),
    Endorsed("luc", "jeanpierre", "Réglage de presse"),
    Endorsed("chloe", "jeanpierre", "Réglage de presse"),
    Endorsed("bruno", "amina", "Changement d’outil rapide"),
    Endorsed("carla", "amina", "Changement d’outil rapide", agreed=False),
    Endorsed("anh", "carla", "ISO 9001 audits"),
    Endorsed("sophie", "anh", "Métrologie"),
)


class Thanked(NamedTuple):
    """Who thanks whom, for what; `agreed`: whether it stands on their page."""

    by: str
    to: str
    value: str
    text: str
    line: str
    agreed: bool = True


THANKED = (
    Thanked(
        "bruno",
        "amina",
        "Entraide",
        "Merci d’avoir reçu l’équipe de Madrid deux jours sur la ligne 2 : le changement d’outil y prend neuf minutes"
        " de moins depuis.",
        "Bravo : Entraide",
    ),
    Thanked(
        "carla",
        "luc",
        "Entraide",
        "He stayed on the phone with our setter on Sunday until the press ran again. Nobody had asked him to.",
        "Kudos: Entraide",
    ),
    Thanked(
        "amina",
        "nathalie",
        "Sécurité",
        "La consignation de la presse 4 est enfin claire pour tous : une page, trois photos, et plus aucun doute.",
        "Bravo : Sécurité",
    ),
    Thanked(
        "nadia",
        "raul",
        "Audace",
        "Il a filmé son réglage et montré aussi ce qui a raté. C’est ce film que l’on regarde.",
        "Bravo : Audace",
        agreed=False,
    ),
)

DAYS: dict[str, tuple[str, int]] = {
    "sophie": ("birthday", 0),
    "tom": ("birthday", 0),
    "gerard": ("anniversary", 0),
    "luc": ("birthday", 3),
    "fatou": ("anniversary", 9),
}
"""Kind, and in how many days it is."""

FACES: dict[str, int] = {
    "bruno": 4, "ines": 4, "marc": 3, "thomas": 2, "nadia": 5, "yann": 4, "fatou": 5,
    "amina": 4, "luc": 3, "sophie": 4, "karim": 2, "denis": 4, "jeanpierre": 3, "samir": 2, "chloe": 5, "anh": 4,
    "carla": 4, "javier": 3, "elena": 5,
}  # fmt: skip
"""What they answered last week: at Madrid too few to be shown."""
