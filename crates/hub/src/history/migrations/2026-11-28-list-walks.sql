-- each filter of the call list walks one of these from its end, newest first, and stops when the page is full
CREATE INDEX call_missed ON call (id) WHERE state = 'missed';
CREATE INDEX call_agent_all_missed ON call_agent (agent, call_id) WHERE missed = 1;
CREATE INDEX call_agent_mine ON call_agent (agent, call_id) WHERE mine = 1;
CREATE INDEX call_agent_mine_missed ON call_agent (agent, call_id) WHERE missed = 1 AND mine = 1;
