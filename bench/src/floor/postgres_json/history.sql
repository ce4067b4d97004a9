SELECT json_build_object('data', json_build_object('pairing', (
    SELECT json_build_object(
        'id', pairings.id,
        'client', json_build_object('name', clients.name),
        'ea', json_build_object('user', json_build_object('name', users.name)),
        'reports', (
            SELECT json_build_object(
                'nodes', coalesce(json_agg(json_build_object(
                    'id', id,
                    'reportDate', report_date,
                    'workloadFeeling', workload_feeling,
                    'workType', work_type,
                    'feelingDuringWork', feeling_during_work,
                    'biggestWin', biggest_win,
                    'whatCompleted', what_completed,
                    'pendingTasks', pending_tasks,
                    'hadDailySync', had_daily_sync)) FILTER (WHERE place <= 30), '[]'),
                'pageInfo', json_build_object(
                    'hasNextPage', count(*) > 30,
                    'endCursor', translate((array_agg(
                        encode(convert_to(concat_ws(' ', report_date, id), 'UTF8'), 'base64')
                        ORDER BY place DESC) FILTER (WHERE place <= 30))[1], E'+/=\n', '-_')),
                'totalCount', (SELECT count(*) FROM end_of_day_reports WHERE pairing_id = $1))
            FROM (
                SELECT row_number() OVER (ORDER BY report_date DESC, id DESC) AS place, rows.*
                FROM (
                    SELECT * FROM end_of_day_reports
                    WHERE pairing_id = $1 AND (report_date, id)
                        < (coalesce($2, DATE 'infinity'), coalesce($3, UUID 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                    ORDER BY report_date DESC, id DESC LIMIT 31
                ) rows
            ) page
        ))
    FROM pairings
    JOIN users ON users.id = pairings.ea_id
    JOIN clients ON clients.id = pairings.client_id
    WHERE pairings.id = $1
)))::text
