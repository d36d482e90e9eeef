-- What is said first of every Mexican area: whom it is like, how surely, and why.
select w.ref_area as "clave / code", a.name as "lugar / place", s.name as "estado / state", a.level as "nivel / level",
    case w.verdict when 'firm' then 'firme / firm' when 'likely' then 'probable / likely' else 'ninguno / none' end
        as "espejo más seguro / surest mirror",
    w.lead_es as "respuesta", w.why_es as "por qué", w.lead_en as "answer", w.why_en as "why"
from answers as w join reference_areas as a using (ref_area) left join reference_areas as s on s.ref_area = a.parent
order by a.level, w.ref_area
