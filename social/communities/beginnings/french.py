"""The beginnings in French."""

from collections.abc import Mapping

from social.communities.beginnings.beginning import Beginning

FRENCH: Mapping[str, Beginning] = {
    "maintenance": Beginning(
        purpose="Ce qui casse, ce qui se répare et comment : d’un atelier à l’autre, sur tous les sites.",
        guide="""\
Trois habitudes pour que ce lieu serve à tous :

1. Une panne, un message : la machine, ce que l’on voit, ce que l’on a déjà essayé. Une photo si possible.
2. Quand c’est réparé, on répond au premier message : comment, avec quelle pièce, en combien de temps.
3. Ce qui revient devient une page : l’onglet « Pages » garde les modes opératoires.""",
        rules="""\
La sécurité d’abord : rien ici ne remplace une consignation.

On décrit des machines, jamais des fautes de personnes.""",
        welcome="Bienvenue. Dites sur quelles machines vous travaillez, et ce que vous cherchez en ce moment.",
        topics=("Pannes", "Pièces", "Préventif", "Astuces"),
        page="Décrire une panne",
        how="""\
- Machine et repère :
- Ce que l’on voit, ce que l’on entend :
- Depuis quand, et après quoi :
- Déjà essayé :
- Machine arrêtée, ou en marche réduite :""",
    ),
    "launch": Beginning(
        purpose="Tout ce qu’il faut savoir pour lancer ensemble, au même endroit et au même moment.",
        guide="""\
Ici se prépare le lancement :

1. Une décision est un message, avec le sujet « Décisions » ; on n’a pas à relire trente réponses.
2. Ce que disent les clients va sous « Terrain », le bon comme le mauvais.
3. Une question sans réponse au bout de deux jours est reprise par une animatrice ou un animateur.""",
        rules="Rien de ce qui est écrit ici ne sort avant la date. Pour le reste, on écrit comme à des collègues.",
        welcome="Bienvenue. Dites ce que vous préparez pour le lancement, et ce qui vous manque.",
        topics=("Décisions", "Calendrier", "Terrain", "Supports"),
        page="Qui fait quoi, et quand",
        how="""\
- Supports (qui, quand) :
- Formation (qui, quand) :
- Premier client (qui, quand) :""",
    ),
    "project": Beginning(
        purpose="L’équipe du projet : ce que l’on fait cette semaine, ce qui bloque, ce que l’on a appris.",
        guide="""\
Le rythme du projet :

1. Le lundi, chacune et chacun écrit une ligne : ce que je fais, ce qui me bloque.
2. Un blocage a le sujet « Blocages » et nomme qui peut aider.
3. À la fin de chaque étape : ce que l’on garde, ce que l’on change. Ensuite on met la page à jour.""",
        rules="Les décisions se prennent ici, pas dans un couloir. Qui n’est pas d’accord le dit avant, pas après.",
        welcome="Bienvenue. Dites en une ligne ce que vous apportez au projet.",
        topics=("Cette semaine", "Blocages", "Décisions", "Appris"),
        page="Le projet en une page",
        how="""\
- But :
- Pour qui :
- Fini quand :
- Étapes :
- Qui décide de quoi :""",
    ),
    "leisure": Beginning(
        purpose="Se retrouver hors du travail, où que l’on soit, quel que soit le niveau.",
        guide="""\
Trois règles, pas une de plus : on prévient quand on ne vient pas, on prête ce qui manque, on ne râle pas \
sur l’arbitre.

Pour proposer une date, écrivez le jour, l’heure et le lieu. Les collègues en déplacement sont les bienvenus.""",
        rules="On vient pour le plaisir. Pas d’argent, pas de publicité, personne sur la touche.",
        welcome="Bienvenue. Dites d’où vous êtes et quand vous êtes libre : on vous garde une place.",
        topics=("Prochain rendez-vous", "Matériel", "Photos"),
        page="Comment ça se passe",
        how="""\
- Où et quand :
- Ce qu’il faut apporter :
- Qui contacter si l’on arrive d’un autre site :""",
    ),
    "practice": Beginning(
        purpose="Apprendre les uns des autres sur un même métier, d’un site à l’autre.",
        guide="""\
Comment on apprend ici :

1. Une question précise obtient une réponse : dites ce que vous avez essayé.
2. Qui a trouvé l’écrit, même si c’est tout simple.
3. Une fois par mois, quelqu’un montre sa façon de faire. Proposez-vous.""",
        rules="Aucune question n’est trop simple. On corrige une idée, pas une personne.",
        welcome="Bienvenue. Sur quoi peut-on vous interroger, et qu’aimeriez-vous apprendre ?",
        topics=("Questions", "Façons de faire", "À lire"),
        page="Ce que nous savons",
        how="""\
- Les questions qui reviennent, et leurs réponses :
- Les bons documents :
- Qui interroger, et sur quoi :""",
    ),
    "entity": Beginning(
        purpose="La vie du site : ce qui s’y passe, ce qui change, ce qu’il faut savoir.",
        guide="""\
Ce lieu est celui de tout le site :

1. Ce qui concerne tout le monde s’écrit ici, pas dans un couloir.
2. Une question posée ici aura une réponse, même si c’est « pas encore ».
3. Les nouveaux se présentent, les anciens leur répondent.""",
        rules="On signe ce que l’on écrit, on répond aux questions, on ne note pas les gens.",
        welcome="Bienvenue sur le site. Dites où l’on vous trouve, et ce que vous faites.",
        topics=("Annonces", "Questions", "Vie pratique", "Nouveaux venus"),
        page="Le site en pratique",
        how="""\
- Accès et horaires :
- Cantine :
- Qui appeler en cas d’urgence :""",
    ),
}
