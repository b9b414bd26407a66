"""What the example group has to read, who confirmed it by now, and what hangs on the screen of the canteen."""

from typing import NamedTuple

MANAGERS = ("bruno", "helene", "claire", "amina", "gilles", "pilar", "carla")
URGENT = ("com", "denis")


class Announced(NamedTuple):
    """An announcement in French and English. `site`: of which site only; `first`: managers two hours before all."""

    by: str
    french: str
    english: str
    confirmed: tuple[str, ...]
    asking: tuple[str, ...] = ()
    site: str = ""
    first: bool = False


EVACUATION = Announced(
    by="com",
    french=(
        "Consigne d’évacuation : le point de rassemblement change sur chaque site à partir de lundi.\n\n"
        "Siège : parvis sud. Usine : quai 3. Filiale : parking nord. En cas d’alarme, on sort sans rien prendre, "
        "et on se signale à la personne en gilet orange."
    ),
    english=(
        "Evacuation: the meeting point changes at each site from Monday.\n\n"
        "Headquarters: south forecourt. Plant: quay 3. Madrid: north car park. When the alarm sounds, leave all, "
        "go out, and report to the person in the orange vest."
    ),
    confirmed=(
        "bruno", "marc", "thomas", "helene", "claire", "mei", "amina", "luc", "sophie", "denis", "nathalie", "chloe",
        "anh", "javier", "elena", "raul", "ingrid",
    ),
    asking=("karim", "omar"),
)  # fmt: skip
PHISHING = Announced(
    by="com",
    french=(
        "De faux courriels au nom de la paie circulent depuis hier. La paie ne demande jamais un mot de passe. "
        "N’ouvrez pas la pièce jointe : transférez le message à l’assistance."
    ),
    english=(
        "Since yesterday false mails go round in the name of payroll. Payroll never asks for a password. "
        "Do not open the attachment: forward the message to the help desk."
    ),
    confirmed=("thomas", "lea", "denis", "diego", "claire", "patrick", "tom", "samir"),
)
WATER = Announced(
    by="denis",
    french="Eau coupée jeudi de 6 h à 9 h dans la halle 2. Les douches du vestiaire nord restent ouvertes.",
    english="No water on Thursday from 6 to 9 in hall 2. The showers of the north changing room stay open.",
    confirmed=("amina", "luc", "karim", "jeanpierre", "franck"),
    site="usine",
)
REORGANISED = Announced(
    by="com",
    french=(
        "Les équipes logistique de Lyon et de Madrid auront un planning commun en janvier. "
        "Vos questions : avant vendredi."
    ),
    english="Logistics in Lyon and Madrid will share one plan from January on. Questions: before Friday.",
    confirmed=("bruno", "pilar"),
    first=True,
)
ANNOUNCED = (EVACUATION, PHISHING, WATER, REORGANISED)
SCREENS = {"com": "Accueil du siège", "denis": "Cantine de l’usine"}
