-- The sources behind the edition.
select distinct source as "clave / code", vintage as "versión / vintage", publisher as "quién publica / publisher", title as "título / title",
    licence as "licencia / licence", citation as "cita / citation", url as "dirección / address", released as "publicado / released"
from sources
order by 1, 2
