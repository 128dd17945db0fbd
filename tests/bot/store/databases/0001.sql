-- A database of revision 0001, in the middle of its work: every table, state and kind of content. Frozen.
-- Made by the code of that revision through the store's own functions (schedule, messages, questions, polls, votes,
-- runs), called as the bot and its worker call them; then sqlite3's iterdump. Only the voters' key is a made-up one.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE facts (
	name VARCHAR(40) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_facts PRIMARY KEY (name)
);
INSERT INTO "facts" VALUES('device','cpu');
INSERT INTO "facts" VALUES('numbering','1');
INSERT INTO "facts" VALUES('voter_key','0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
INSERT INTO "facts" VALUES('offset','2000000000');
INSERT INTO "facts" VALUES('tick','2026-12-01T13:06:00+00:00');
CREATE TABLE history (
	update_id INTEGER NOT NULL, 
	poll_id INTEGER NOT NULL, 
	voter BIGINT NOT NULL, 
	options SMALLINT NOT NULL, 
	at INTEGER NOT NULL, 
	CONSTRAINT pk_history PRIMARY KEY (update_id)
);
INSERT INTO "history" VALUES(4294967996,1,-4725151642623595604,2,1796126521);
INSERT INTO "history" VALUES(4294967997,1,-5972005727540052031,2,1796127600);
INSERT INTO "history" VALUES(4294967998,1,-8813178301492804090,1,1796127600);
INSERT INTO "history" VALUES(4294967999,1,578018149672461390,4,1796127600);
INSERT INTO "history" VALUES(4294968000,1,-8813178301492804090,2,1796127600);
INSERT INTO "history" VALUES(4294968001,1,578018149672461390,0,1796127600);
INSERT INTO "history" VALUES(4294968002,2,-4725151642623595604,1,1796127600);
INSERT INTO "history" VALUES(4294968003,2,-8813178301492804090,2,1796127600);
INSERT INTO "history" VALUES(4294968004,2,6836981031473256567,2,1796127600);
INSERT INTO "history" VALUES(4294968005,3,-5972005727540052031,5,1796127600);
INSERT INTO "history" VALUES(4294968006,3,-8813178301492804090,7,1796127600);
INSERT INTO "history" VALUES(6294967295,3,3203494750402625564,2048,1796127600);
CREATE TABLE messages (
	id INTEGER NOT NULL, 
	post_id INTEGER NOT NULL, 
	purpose VARCHAR(6) NOT NULL, 
	part INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	digest VARCHAR(16) NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	message_ids JSON NOT NULL, 
	tried DATETIME NOT NULL, 
	sent DATETIME, 
	error TEXT, 
	candidates JSON, 
	asked DATETIME, 
	CONSTRAINT pk_messages PRIMARY KEY (id), 
	CONSTRAINT fk_messages_post_id_posts FOREIGN KEY(post_id) REFERENCES posts (id), 
	CONSTRAINT uq_messages_post_id_purpose_part UNIQUE (post_id, purpose, part)
);
INSERT INTO "messages" VALUES(1,1,'post',0,-4099,'0001000000000000','sent','[1]','2026-12-01 12:00:00.000000','2026-12-01 12:00:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(2,2,'post',0,-4099,'0002000000000000','sent','[2, 3]','2026-12-01 12:01:00.000000','2026-12-01 12:01:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(3,3,'post',0,-4099,'0003000000000000','sent','[4]','2026-12-01 12:02:00.000000','2026-12-01 12:02:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(4,4,'post',0,-1001999999999999,'0004000000000000','sent','[2147483646]','2026-12-01 12:03:00.000000','2026-12-01 12:03:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(5,5,'post',0,-1001999999999999,'0005000000000000','sent','[12]','2026-12-01 12:04:00.000000','2026-12-01 12:04:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(6,8,'post',0,-1001234567890123,'0008000000000000','sent','[1]','2026-12-01 12:00:00.000000','2026-12-01 12:00:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(7,8,'post',1,-1001234567890123,'0008000000000001','sent','[2]','2026-12-01 12:00:00.000000','2026-12-01 12:00:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(8,9,'post',0,-1001234567890123,'0009000000000000','sent','[3]','2026-12-01 12:01:00.000000','2026-12-01 12:01:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(9,10,'post',0,-1001234567890123,'000a000000000000','sent','[4]','2026-12-01 12:02:00.000000','2026-12-01 12:02:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(10,11,'post',0,-1001234567890123,'abcdef0123456789','sending','[]','2026-12-01 12:03:00.000000',NULL,'ReadTimeout: ответа нет',NULL,NULL);
INSERT INTO "messages" VALUES(11,13,'post',0,-1001999999999999,'00ff','unknown','[]','2026-12-01 12:00:00.000000',NULL,'it may be one of these','[5, 6, 2147483647]','2026-12-01 12:01:00.000000');
INSERT INTO "messages" VALUES(12,17,'post',0,-77,'02','sent','[1]','2026-12-01 12:00:00.000000','2026-12-01 12:00:00.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(13,17,'post',1,-77,'03','skipped','[]','2026-12-01 12:00:00.000000',NULL,'Forbidden: bot was kicked from the group chat','[]',NULL);
INSERT INTO "messages" VALUES(14,17,'post',2,-77,'04','failed','[]','2026-12-01 12:06:00.000000',NULL,'Forbidden: bot was kicked from the group chat','[]',NULL);
INSERT INTO "messages" VALUES(15,6,'post',0,-1001999999999999,'key','failed','[]','2026-12-01 12:05:00.000000',NULL,'the measurement says “нет” (0.98)','[]',NULL);
INSERT INTO "messages" VALUES(16,3,'reveal',0,-1001999999999999,'0003000000000000','sent','[20]','2026-12-01 13:03:00.000000','2026-12-01 13:03:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(17,3,'reveal',1,-1001999999999999,'0003000000000001','sent','[21]','2026-12-01 13:03:00.000000','2026-12-01 13:03:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(18,4,'reveal',0,-1001999999999999,'feed','unknown','[]','2026-12-01 13:05:00.000000',NULL,'nobody can look','[]',NULL);
INSERT INTO "messages" VALUES(19,19,'post',0,-1001999999999999,'0013000000000000','sent','[30]','2026-12-01 12:00:00.000000','2026-12-01 12:00:01.000000',NULL,NULL,NULL);
INSERT INTO "messages" VALUES(20,19,'reveal',0,-1001999999999999,'gone','failed','[]','2026-12-01 13:00:00.000000',NULL,'message to edit not found','[]',NULL);
CREATE TABLE pictures (
	post_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_pictures PRIMARY KEY (post_id, position), 
	CONSTRAINT fk_pictures_post_id_posts FOREIGN KEY(post_id) REFERENCES posts (id)
);
INSERT INTO "pictures" VALUES(2,0,X'89504E470D0A1A0A0000000D4948445200000003000000020800000000B81F39C60000000E49444154789C63686868600062000C080301C5A1B9860000000049454E44AE426082');
INSERT INTO "pictures" VALUES(2,1,X'89504E470D0A1A0A0000000D49484452000000020000000308000000009C81815D0000000D49444154789C636868600023000D890301361FF52B0000000049454E44AE426082');
INSERT INTO "pictures" VALUES(12,0,X'89504E470D0A1A0A0000000D494844520000000200000002080000000057DD52F80000000E49444154789C6368686068680000060602012CC150D70000000049454E44AE426082');
CREATE TABLE polls (
	id INTEGER NOT NULL, 
	post_id INTEGER NOT NULL, 
	telegram_id VARCHAR(32) NOT NULL, 
	anonymous BOOLEAN NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	opened DATETIME NOT NULL, 
	closes DATETIME NOT NULL, 
	closed DATETIME, 
	revealed DATETIME, 
	voters INTEGER NOT NULL, 
	tally JSON, 
	run_key VARCHAR(16), 
	drawing_key VARCHAR(16), 
	error TEXT, 
	CONSTRAINT pk_polls PRIMARY KEY (id), 
	CONSTRAINT fk_polls_post_id_posts FOREIGN KEY(post_id) REFERENCES posts (id), 
	CONSTRAINT uq_polls_post_id UNIQUE (post_id), 
	CONSTRAINT uq_polls_telegram_id UNIQUE (telegram_id)
);
INSERT INTO "polls" VALUES(1,3,'5368000000000000001',0,'revealed','2026-12-01 12:02:01.000000','2026-12-01 13:02:01.000000','2026-12-01 13:02:00.000000','2026-12-01 13:03:02.000000',3,'[0, 3, 0]','293b05162cf63548','094d742e82c3fb6e',NULL);
INSERT INTO "polls" VALUES(2,4,'5368000000000000002',0,'closed','2026-12-01 12:03:01.000000','2026-12-01 13:03:01.000000','2026-12-01 13:03:00.000000',NULL,3,'[1, 2]',NULL,'a408eccaaf960333','reveal: nobody can look');
INSERT INTO "polls" VALUES(3,5,'5368000000000000003',0,'open','2026-12-01 12:04:01.000000','2026-12-01 14:04:01.000000',NULL,NULL,3,NULL,NULL,NULL,NULL);
INSERT INTO "polls" VALUES(4,9,'77',1,'closing','2026-12-01 12:01:01.000000','2026-12-01 13:01:01.000000',NULL,NULL,7,NULL,'4b46d43542345504',NULL,'poll zero stays open: Forbidden: not an administrator');
INSERT INTO "polls" VALUES(5,10,'78',1,'open','2026-12-01 12:02:01.000000','2026-12-01 21:02:01.000000',NULL,NULL,1,NULL,'293b05162cf63548',NULL,NULL);
INSERT INTO "polls" VALUES(6,19,'900',0,'closed','2026-12-01 12:00:01.000000','2026-12-01 13:00:01.000000','2026-12-01 13:00:00.000000',NULL,0,'[0, 0]',NULL,NULL,NULL);
CREATE TABLE posts (
	id INTEGER NOT NULL, 
	publication_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	due DATETIME NOT NULL, 
	content JSON NOT NULL, 
	approved BOOLEAN NOT NULL, 
	error TEXT, 
	CONSTRAINT pk_posts PRIMARY KEY (id), 
	CONSTRAINT fk_posts_publication_id_publications FOREIGN KEY(publication_id) REFERENCES publications (id), 
	CONSTRAINT uq_posts_publication_id_position UNIQUE (publication_id, position)
);
INSERT INTO "posts" VALUES(1,1,1,'sent','2026-12-01 12:00:00.000000','{"line": 1, "text": "\u041f\u0440\u0438\u0432\u0435\u0442, *\u043c\u0438\u0440*! It''s ''quoted'' \"twice\"; -- no comment\nsecond line\ttab", "pictures": [], "poll": null, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(2,1,2,'sent','2026-12-01 12:01:00.000000','{"line": 5, "text": "\u043f\u043e\u0434\u043f\u0438\u0441\u044c", "pictures": [{"kind": "image", "path": "a.png"}, {"kind": "formula", "latex": "\\frac{a}{b}"}], "poll": null, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(3,1,3,'sent','2026-12-01 12:02:00.000000','{"line": 9, "text": "", "pictures": [], "poll": {"id": "heads", "question": "\u041a\u0430\u043a\u0430\u044f \u043f\u0430\u0440\u0430 \u0432\u044b\u0443\u0447\u0438\u0442\u0441\u044f?", "description": "", "options": [{"text": "Softmax + NLLLoss", "correct": false, "feedback": ""}, {"text": "LogSoftmax + NLLLoss \u2014 \u0434\u0430", "correct": true, "feedback": "**\u0434\u0430**, `log` \u0443\u0436\u0435 \u0432\u043d\u0443\u0442\u0440\u0438"}, {"text": "Softmax + CE", "correct": false, "feedback": ""}], "explanation": "\u041f\u043e\u0442\u043e\u043c\u0443 \u0447\u0442\u043e $\\log\\sum e^x$", "kind": "poll", "open": "PT1H", "hide_results": true, "anonymous": null, "multiple": false, "revoting": true, "shuffle": false, "experiment": {"run": "heads", "options": ["softmax+nll", "logsoftmax+nll", "softmax+ce"], "seeds": 4, "set": {"epochs": 30}, "despite": null}}, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(4,1,4,'sent','2026-12-01 12:03:00.000000','{"line": 9, "text": "", "pictures": [], "poll": {"id": "quiz", "question": "2 + 2?", "description": "", "options": [{"text": "4", "correct": true, "feedback": ""}, {"text": "5", "correct": false, "feedback": ""}], "explanation": "\u0421\u0447\u0438\u0442\u0430\u0435\u043c: <b>4</b> & <i>\u0432\u0441\u0451</i>", "kind": "quiz", "open": "PT1H", "hide_results": true, "anonymous": null, "multiple": false, "revoting": true, "shuffle": false, "experiment": null}, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(5,1,5,'sent','2026-12-01 12:04:00.000000','{"line": 9, "text": "", "pictures": [], "poll": {"id": "opinion", "question": "Adam or SGD? \ud83e\udd14", "description": "", "options": [{"text": "Adam", "correct": false, "feedback": ""}, {"text": "SGD", "correct": false, "feedback": ""}, {"text": "Both", "correct": false, "feedback": ""}], "explanation": "", "kind": "opinion", "open": "PT2H", "hide_results": true, "anonymous": null, "multiple": true, "revoting": true, "shuffle": true, "experiment": null}, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(6,1,6,'failed','2026-12-01 12:05:00.000000','{"line": 9, "text": "", "pictures": [], "poll": {"id": "nhwc", "question": "NHWC?", "description": "", "options": [{"text": "\u0434\u0430", "correct": true, "feedback": ""}, {"text": "\u043d\u0435\u0442", "correct": false, "feedback": ""}], "explanation": "", "kind": "poll", "open": "PT1H", "hide_results": true, "anonymous": null, "multiple": false, "revoting": true, "shuffle": false, "experiment": {"run": "nhwc", "options": ["error", "scrambled"], "seeds": 1, "set": {"channels": 3}, "despite": "\u044f \u0432\u0438\u0434\u0435\u043b \u044d\u0442\u043e \u0441\u0430\u043c; \u201cquoted\u201d \ud83d\ude00"}}, "pause": "PT1M", "after": "post"}',0,'the measurement says “нет” (0.98)');
INSERT INTO "posts" VALUES(7,1,7,'planned','2026-12-01 14:05:00.000000','{"line": 1, "text": "\u043f\u043e\u0441\u043b\u0435 \u0432\u0441\u0435\u0445", "pictures": [], "poll": null, "pause": "PT1M", "after": "polls"}',0,NULL);
INSERT INTO "posts" VALUES(8,2,1,'sent','2026-12-01 12:00:00.000000','{"line": 1, "text": "first", "pictures": [], "poll": null, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(9,2,2,'sent','2026-12-01 12:01:00.000000','{"line": 9, "text": "", "pictures": [], "poll": {"id": "zero", "question": "\u041d\u0443\u043b\u0438?", "description": "", "options": [{"text": "\u0434\u0430", "correct": true, "feedback": ""}, {"text": "\u043d\u0435\u0442", "correct": false, "feedback": ""}], "explanation": "", "kind": "poll", "open": "PT1H", "hide_results": false, "anonymous": true, "multiple": false, "revoting": false, "shuffle": false, "experiment": {"run": "zero_init", "options": ["learns", "dead"], "seeds": 2, "set": {}, "despite": null}}, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(10,2,3,'sent','2026-12-01 12:02:00.000000','{"line": 9, "text": "", "pictures": [], "poll": {"id": "again", "question": "And with zeros?", "description": "the same run as another poll", "options": [{"text": "It learns", "correct": false, "feedback": ""}, {"text": "It does not", "correct": true, "feedback": ""}], "explanation": "", "kind": "poll", "open": "PT1H", "hide_results": true, "anonymous": null, "multiple": false, "revoting": true, "shuffle": false, "experiment": {"run": "heads", "options": ["softmax+nll", "logsoftmax+ce"], "seeds": 4, "set": {"epochs": 30}, "despite": null}}, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(11,2,4,'sending','2026-12-01 12:03:00.000000','{"line": 1, "text": "long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long ", "pictures": [], "poll": null, "pause": "PT1M", "after": "post"}',0,'ReadTimeout: ответа нет');
INSERT INTO "posts" VALUES(12,2,5,'planned','2026-12-01 12:04:00.000000','{"line": 3, "text": "", "pictures": [{"kind": "image", "path": "only.png"}], "poll": null, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(13,3,1,'unknown','2026-12-01 12:00:00.000000','{"line": 1, "text": "may stand in the chat", "pictures": [], "poll": null, "pause": "PT1M", "after": "post"}',0,'it may be one of these');
INSERT INTO "posts" VALUES(14,3,2,'planned','2026-12-01 12:01:00.000000','{"line": 1, "text": "behind it", "pictures": [], "poll": null, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(15,4,1,'skipped','2026-12-01 12:00:00.000000','{"line": 9, "text": "", "pictures": [], "poll": {"id": "gone", "question": "Gone?", "description": "", "options": [{"text": "a", "correct": true, "feedback": ""}, {"text": "b", "correct": false, "feedback": ""}], "explanation": "", "kind": "poll", "open": "PT1H", "hide_results": true, "anonymous": null, "multiple": false, "revoting": true, "shuffle": false, "experiment": {"run": "timing", "options": ["same", "several"], "seeds": 1, "set": {}, "despite": null}}, "pause": "PT1M", "after": "post"}',0,'overdue by 2:00:00');
INSERT INTO "posts" VALUES(16,4,2,'planned','2026-12-01 12:01:00.000000','{"line": 1, "text": "last", "pictures": [], "poll": null, "pause": "PT1M", "after": "post"}',0,'ConnectError: no route');
INSERT INTO "posts" VALUES(17,5,1,'failed','2026-12-01 12:05:00.000000','{"line": 1, "text": "kicked", "pictures": [], "poll": null, "pause": "PT1M", "after": "post"}',0,'Forbidden: bot was kicked from the group chat');
INSERT INTO "posts" VALUES(18,5,2,'planned','2026-12-01 12:01:00.000000','{"line": 1, "text": "waits", "pictures": [], "poll": null, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(19,6,1,'sent','2026-12-01 12:00:00.000000','{"line": 9, "text": "", "pictures": [], "poll": {"id": "lost", "question": "Lost?", "description": "", "options": [{"text": "a", "correct": true, "feedback": ""}, {"text": "b", "correct": false, "feedback": ""}], "explanation": "", "kind": "poll", "open": "PT1H", "hide_results": true, "anonymous": null, "multiple": false, "revoting": true, "shuffle": false, "experiment": null}, "pause": "PT1M", "after": "post"}',0,NULL);
INSERT INTO "posts" VALUES(20,7,1,'planned','2026-12-01 13:00:00.000000','{"line": 9, "text": "", "pictures": [], "poll": {"id": "next", "question": "Next?", "description": "", "options": [{"text": "a", "correct": true, "feedback": ""}, {"text": "b", "correct": false, "feedback": ""}], "explanation": "", "kind": "poll", "open": "PT1H", "hide_results": true, "anonymous": null, "multiple": false, "revoting": true, "shuffle": false, "experiment": {"run": "schedule", "options": ["per_epoch", "per_batch"], "seeds": 256, "set": {}, "despite": null}}, "pause": "PT1M", "after": "post"}',0,NULL);
CREATE TABLE publications (
	id INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	chat VARCHAR(64) NOT NULL, 
	chat_id BIGINT NOT NULL, 
	chat_type VARCHAR(12) NOT NULL, 
	start DATETIME NOT NULL, 
	created DATETIME NOT NULL, 
	late VARCHAR(4) NOT NULL, 
	late_after_s INTEGER NOT NULL, 
	CONSTRAINT pk_publications PRIMARY KEY (id)
);
INSERT INTO "publications" VALUES(1,'Тред о нулях и “единицах” 🧪','ru','-4099',-1001999999999999,'supergroup','2026-12-01 12:00:00.000000','2026-12-01 12:00:00.000000','ask',1800);
INSERT INTO "publications" VALUES(2,'Channel','en','@channel',-1001234567890123,'channel','2026-12-01 12:00:00.000000','2026-12-01 12:00:00.000000','skip',3600);
INSERT INTO "publications" VALUES(3,'Stopped','en','@group',-1001999999999999,'supergroup','2026-12-01 12:00:00.000000','2026-12-01 12:00:00.000000','post',3600);
INSERT INTO "publications" VALUES(4,'Late','ru','@group',-1001999999999999,'supergroup','2026-12-01 12:00:00.000000','2026-12-01 12:00:00.000000','skip',3600);
INSERT INTO "publications" VALUES(5,'Refused','en','-77',-77,'private','2026-12-01 12:00:00.000000','2026-12-01 12:00:00.000000','post',3600);
INSERT INTO "publications" VALUES(6,'A poll that is gone','en','@group',-1001999999999999,'supergroup','2026-12-01 12:00:00.000000','2026-12-01 12:00:00.000000','post',3600);
INSERT INTO "publications" VALUES(7,'Next','ru','@group',-1001999999999999,'supergroup','2026-12-01 13:00:00.000000','2026-12-01 13:00:00.000000','post',3600);
CREATE TABLE runs (
	"key" VARCHAR(16) NOT NULL, 
	task VARCHAR(8) NOT NULL, 
	input JSON NOT NULL, 
	state VARCHAR(9) NOT NULL, 
	priority INTEGER NOT NULL, 
	due DATETIME NOT NULL, 
	limit_s FLOAT NOT NULL, 
	created DATETIME NOT NULL, 
	started DATETIME, 
	finished DATETIME, 
	attempts INTEGER NOT NULL, 
	deaths INTEGER NOT NULL, 
	owner VARCHAR(40), 
	progress FLOAT NOT NULL, 
	note TEXT, 
	error TEXT, 
	output BLOB, 
	CONSTRAINT pk_runs PRIMARY KEY ("key")
);
INSERT INTO "runs" VALUES('293b05162cf63548','measure','{"experiment": "heads", "params": {"epochs": 30}, "seeds": 4, "task": "measure", "device": "cpu"}','done',10,'2026-12-01 13:02:01.000000',120.0,'2026-12-01 12:00:00.000000','2026-12-01 12:21:00.000000','2026-12-01 12:22:00.000000',1,0,'worker-1',1.0,'зерно 2 из 4',NULL,X'7B226578706572696D656E74223A226865616473222C22706172616D73223A7B2265706F636873223A33307D2C227365656473223A342C2276657273696F6E73223A7B22746F726368223A22322E31332E30227D2C2273657474696E6773223A7B227275223A223420D0B7D0B5D180D0BDD0B0222C22656E223A2234207365656473227D2C2266696E64696E6773223A5B7B226F7074696F6E223A22736F66746D61782B6E6C6C222C22737570706F72746564223A226E6F222C226E756D626572223A302E352C22737072656164223A5B302E32352C302E37355D2C22756E6974223A7B227275223A22D182D0BED187D0BDD0BED181D182D18C222C22656E223A226163637572616379227D2C22636F6E646974696F6E223A7B227275223A22222C22656E223A22227D7D2C7B226F7074696F6E223A226C6F67736F66746D61782B6E6C6C222C22737570706F72746564223A22796573222C226E756D626572223A302E39362C22737072656164223A5B302E39352C302E39375D2C22756E6974223A7B227275223A22D182D0BED187D0BDD0BED181D182D18C222C22656E223A226163637572616379227D2C22636F6E646974696F6E223A7B227275223A22D0B2D181D0B5D0B3D0B4D0B0222C22656E223A22616C77617973227D7D5D2C2264617461223A7B226375727665223A5B312E302C302E352C31652D3330305D7D7D');
INSERT INTO "runs" VALUES('cd56c7c172c675f6','measure','{"experiment": "nhwc", "params": {"channels": 3}, "seeds": 1, "task": "measure", "device": "cpu"}','failed',20,'2026-12-01 12:05:00.000000',120.0,'2026-12-01 12:00:00.000000','2026-12-01 12:21:00.000000','2026-12-01 12:23:02.000000',1,3,'worker-1',0.0,NULL,'its process died 3 times; the last time: out of memory: 2048 MiB',NULL);
INSERT INTO "runs" VALUES('4b46d43542345504','measure','{"experiment": "zero_init", "params": {}, "seeds": 2, "task": "measure", "device": "cpu"}','running',10,'2026-12-01 13:01:01.000000',120.0,'2026-12-01 12:00:00.000000','2026-12-01 12:21:00.000000',NULL,1,1,'worker-1',0.125,'seed 1',NULL,NULL);
INSERT INTO "runs" VALUES('52b8b95a3daf8a55','measure','{"experiment": "timing", "params": {}, "seeds": 1, "task": "measure", "device": "cpu"}','cancelled',20,'2026-12-01 12:00:00.000000',120.0,'2026-12-01 12:00:00.000000',NULL,'2026-12-01 14:00:00.000000',0,0,NULL,0.0,NULL,NULL,NULL);
INSERT INTO "runs" VALUES('094d742e82c3fb6e','draw','{"task": "draw", "measurement": "293b05162cf63548", "ballot": {"question": "\u041a\u0430\u043a\u0430\u044f \u043f\u0430\u0440\u0430 \u0432\u044b\u0443\u0447\u0438\u0442\u0441\u044f?", "options": [{"text": "Softmax + NLLLoss", "votes": 0, "correct": false, "key": "softmax+nll"}, {"text": "LogSoftmax + NLLLoss \u2014 \u0434\u0430", "votes": 3, "correct": true, "key": "logsoftmax+nll"}, {"text": "Softmax + CE", "votes": 0, "correct": false, "key": "softmax+ce"}], "voters": 3, "opinion": false}, "language": "ru"}','done',0,'2026-12-01 13:02:00.000000',30.0,'2026-12-01 13:02:00.000000','2026-12-01 13:02:00.000000','2026-12-01 13:03:00.000000',1,0,'worker-1',1.0,NULL,NULL,X'89504E470D0A1A0A0000000D49484452000000040000000408000000008C9AC1A20000000E49444154789C6368000206540200501408017025AE3F0000000049454E44AE426082');
INSERT INTO "runs" VALUES('a408eccaaf960333','draw','{"task": "draw", "measurement": null, "ballot": {"question": "2 + 2?", "options": [{"text": "4", "votes": 1, "correct": true, "key": null}, {"text": "5", "votes": 2, "correct": false, "key": null}], "voters": 3, "opinion": false}, "language": "ru"}','failed',0,'2026-12-01 13:04:00.000000',30.0,'2026-12-01 13:04:00.000000','2026-12-01 13:04:00.000000','2026-12-01 13:04:00.000000',1,0,'worker-1',0.0,NULL,'ValueError: no font has 🧪',NULL);
INSERT INTO "runs" VALUES('7eb48e3fc594be01','measure','{"experiment": "schedule", "params": {}, "seeds": 256, "task": "measure", "device": "cpu"}','queued',20,'2026-12-01 13:00:00.000000',120.0,'2026-12-01 13:00:00.000000',NULL,NULL,0,0,NULL,0.0,NULL,NULL,NULL);
CREATE TABLE snapshots (
	update_id INTEGER NOT NULL, 
	poll_id INTEGER NOT NULL, 
	counts JSON NOT NULL, 
	voters INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	CONSTRAINT pk_snapshots PRIMARY KEY (update_id)
);
INSERT INTO "snapshots" VALUES(4294968008,4,'[5, 2]',7,1796127600);
INSERT INTO "snapshots" VALUES(4294968009,5,'[0, 1]',1,1796127600);
CREATE TABLE strays (
	update_id INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	content TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_strays PRIMARY KEY (update_id)
);
INSERT INTO "strays" VALUES(-428095789371883,'cannot be read: TypeError("string indices must be integers, not ''str''")','"no update at all \u2603"','2026-12-01 12:20:00.000000');
INSERT INTO "strays" VALUES(4294968010,'unknown poll unknown-poll','{"update_id": 4294968010, "telegram_id": "unknown-poll", "voter": -5972005727540052031, "options": 1}','2026-12-01 12:20:00.000000');
INSERT INTO "strays" VALUES(4294968011,'unknown poll other-unknown','{"update_id": 4294968011, "telegram_id": "other-unknown", "counts": [1, 0], "voters": 1}','2026-12-01 12:20:00.000000');
INSERT INTO "strays" VALUES(4294968012,'cannot be read: TypeError("user id ''ten'' is no number")','{"update_id": 716, "poll_answer": {"poll_id": "5368000000000000002", "user": {"id": "ten"}, "option_ids": [0]}}','2026-12-01 12:20:00.000000');
CREATE TABLE tallies (
	poll_id INTEGER NOT NULL, 
	option INTEGER NOT NULL, 
	votes INTEGER NOT NULL, 
	CONSTRAINT pk_tallies PRIMARY KEY (poll_id, option)
)
 WITHOUT ROWID

;
INSERT INTO "tallies" VALUES(1,1,3);
INSERT INTO "tallies" VALUES(2,0,1);
INSERT INTO "tallies" VALUES(2,1,2);
INSERT INTO "tallies" VALUES(3,0,2);
INSERT INTO "tallies" VALUES(3,1,1);
INSERT INTO "tallies" VALUES(3,2,2);
INSERT INTO "tallies" VALUES(3,11,1);
INSERT INTO "tallies" VALUES(4,0,5);
INSERT INTO "tallies" VALUES(4,1,2);
INSERT INTO "tallies" VALUES(5,0,0);
INSERT INTO "tallies" VALUES(5,1,1);
CREATE TABLE votes (
	poll_id INTEGER NOT NULL, 
	voter BIGINT NOT NULL, 
	options SMALLINT NOT NULL, 
	update_id INTEGER NOT NULL, 
	CONSTRAINT pk_votes PRIMARY KEY (poll_id, voter)
)
 WITHOUT ROWID

;
INSERT INTO "votes" VALUES(1,-8813178301492804090,2,4294968000);
INSERT INTO "votes" VALUES(1,-5972005727540052031,2,4294967997);
INSERT INTO "votes" VALUES(1,-4725151642623595604,2,4294967996);
INSERT INTO "votes" VALUES(1,578018149672461390,0,4294968001);
INSERT INTO "votes" VALUES(2,-8813178301492804090,2,4294968003);
INSERT INTO "votes" VALUES(2,-4725151642623595604,1,4294968002);
INSERT INTO "votes" VALUES(2,6836981031473256567,2,4294968004);
INSERT INTO "votes" VALUES(3,-8813178301492804090,7,4294968006);
INSERT INTO "votes" VALUES(3,-5972005727540052031,5,4294968005);
INSERT INTO "votes" VALUES(3,3203494750402625564,2048,6294967295);
CREATE INDEX ix_runs_state_priority_due_created ON runs (state, priority, due, created);
CREATE INDEX ix_snapshots_poll_id ON snapshots (poll_id);
CREATE INDEX ix_posts_state_due ON posts (state, due);
CREATE INDEX ix_polls_state_closes ON polls (state, closes);
COMMIT;
