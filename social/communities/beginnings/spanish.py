"""The beginnings in Spanish."""

from collections.abc import Mapping

from social.communities.beginnings.beginning import Beginning

SPANISH: Mapping[str, Beginning] = {
    "maintenance": Beginning(
        purpose="Lo que se rompe, lo que se repara y cómo: de un taller a otro, en todos los centros.",
        guide="""\
Tres costumbres para que este lugar sirva a todos:

1. Una avería, un mensaje: la máquina, lo que se ve, lo que ya se ha probado. Con foto si es posible.
2. Cuando esté reparada, se responde al primer mensaje: cómo, con qué pieza, en cuánto tiempo.
3. Lo que se repite se convierte en página: la pestaña «Pages» guarda los procedimientos.""",
        rules="""\
La seguridad primero: nada de esto sustituye una consignación.

Describimos máquinas, nunca errores de personas.""",
        welcome="Bienvenidos. Decid en qué máquinas trabajáis y qué buscáis ahora mismo.",
        topics=("Averías", "Piezas", "Preventivo", "Trucos"),
        page="Describir una avería",
        how="""\
- Máquina y referencia:
- Qué se ve, qué se oye:
- Desde cuándo, y después de qué:
- Ya probado:
- Máquina parada, o en marcha reducida:""",
    ),
    "launch": Beginning(
        purpose="Todo lo que hace falta saber para lanzar juntos, en un mismo sitio y a la vez.",
        guide="""\
Aquí se prepara el lanzamiento:

1. Una decisión es un mensaje, con el tema «Decisiones»; nadie tiene que releer treinta respuestas.
2. Lo que dicen los clientes va en «Terreno», lo bueno y lo malo.
3. Una pregunta sin respuesta a los dos días la retoma quien anima la comunidad.""",
        rules="Nada de lo escrito aquí sale antes de la fecha. Por lo demás, escribimos como a compañeros.",
        welcome="Bienvenidos. Decid qué preparáis para el lanzamiento y qué os falta.",
        topics=("Decisiones", "Calendario", "Terreno", "Material"),
        page="Quién hace qué, y cuándo",
        how="""\
- Material (quién, cuándo):
- Formación (quién, cuándo):
- Primer cliente (quién, cuándo):""",
    ),
    "project": Beginning(
        purpose="El equipo del proyecto: qué hacemos esta semana, qué nos frena, qué hemos aprendido.",
        guide="""\
El ritmo del proyecto:

1. El lunes, cada uno escribe una línea: qué hago, qué me frena.
2. Un bloqueo lleva el tema «Bloqueos» y nombra a quien puede ayudar.
3. Al final de cada etapa: qué conservamos, qué cambiamos. Después se pone la página al día.""",
        rules="Las decisiones se toman aquí, no en un pasillo. Quien no está de acuerdo lo dice antes.",
        welcome="Bienvenidos. Decid en una línea qué aportáis al proyecto.",
        topics=("Esta semana", "Bloqueos", "Decisiones", "Aprendido"),
        page="El proyecto en una página",
        how="""\
- Objetivo:
- Para quién:
- Terminado cuando:
- Etapas:
- Quién decide qué:""",
    ),
    "leisure": Beginning(
        purpose="Encontrarse fuera del trabajo, estés donde estés y sea cual sea tu nivel.",
        guide="""\
Tres reglas y ni una más: se avisa si no se viene, se presta lo que falta, no se discute con el árbitro.

Para proponer una fecha, escribid el día, la hora y el lugar. Los compañeros de viaje son bienvenidos.""",
        rules="Venimos por gusto. Sin dinero, sin publicidad, nadie en el banquillo.",
        welcome="Bienvenidos. Decid de dónde sois y cuándo podéis: os guardamos sitio.",
        topics=("Próxima cita", "Material", "Fotos"),
        page="Cómo funciona",
        how="""\
- Dónde y cuándo:
- Qué hay que traer:
- A quién llamar si se viene de otro centro:""",
    ),
    "practice": Beginning(
        purpose="Aprender unos de otros en un mismo oficio, de un centro a otro.",
        guide="""\
Cómo aprendemos aquí:

1. Una pregunta precisa tiene respuesta: decid qué habéis probado.
2. Quien lo encuentra lo escribe, aunque sea sencillo.
3. Una vez al mes alguien enseña su manera de hacerlo. Ofreceos.""",
        rules="Ninguna pregunta es demasiado sencilla. Se corrige una idea, no a una persona.",
        welcome="Bienvenidos. ¿Sobre qué se os puede preguntar, y qué os gustaría aprender?",
        topics=("Preguntas", "Maneras de hacer", "Para leer"),
        page="Lo que sabemos",
        how="""\
- Preguntas que se repiten, y sus respuestas:
- Buenos documentos:
- A quién preguntar, y sobre qué:""",
    ),
    "entity": Beginning(
        purpose="La vida del centro: qué pasa, qué cambia, qué conviene saber.",
        guide="""\
Este lugar es de todo el centro:

1. Lo que concierne a todos se escribe aquí, no en un pasillo.
2. Una pregunta hecha aquí tendrá respuesta, aunque sea «todavía no».
3. Los nuevos se presentan, los demás les responden.""",
        rules="Firmamos lo que escribimos, respondemos a las preguntas, no puntuamos a nadie.",
        welcome="Bienvenidos al centro. Decid dónde se os encuentra y qué hacéis.",
        topics=("Anuncios", "Preguntas", "Día a día", "Nuevos"),
        page="El centro en la práctica",
        how="""\
- Acceso y horarios:
- Comedor:
- A quién llamar en una urgencia:""",
    ),
}
