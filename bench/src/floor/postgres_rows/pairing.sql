SELECT clients.name, users.name
FROM pairings
JOIN users ON users.id = pairings.ea_id
JOIN clients ON clients.id = pairings.client_id
WHERE pairings.id = $1
