SELECT page.id, page.start_date, page.health_status, page.ea_id, users.name, users.email,
    page.client_id, clients.name, page.created_at
FROM (
    (SELECT id, start_date, health_status, ea_id, client_id, created_at FROM pairings
     WHERE health_status = 'RED' ORDER BY created_at DESC, id DESC LIMIT 51)
    UNION ALL
    (SELECT id, start_date, health_status, ea_id, client_id, created_at FROM pairings
     WHERE health_status = 'YELLOW' ORDER BY created_at DESC, id DESC LIMIT 51)
    ORDER BY created_at DESC, id DESC LIMIT 51
) page
JOIN users ON users.id = page.ea_id
JOIN clients ON clients.id = page.client_id
ORDER BY page.created_at DESC, page.id DESC
