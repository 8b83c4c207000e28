-- a call that is deleted is looked for in every table that may name it
CREATE INDEX call_agent_of_call ON call_agent (call_id);
