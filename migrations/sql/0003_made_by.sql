ALTER TABLE "control"."projection_generation" ADD COLUMN "made_by" text;--> statement-breakpoint
-- Until now nothing else could have made them, but where the log says so.
UPDATE "control"."projection_generation" SET "made_by" = 'casefold-lexical-768' WHERE "name" = 'passage-vectors';
