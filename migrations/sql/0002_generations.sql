-- The checkpoint moves from the generation to a table of its own: a generation may be split by stream.
CREATE TABLE "control"."parked_event" (
	"projection" text NOT NULL,
	"generation" integer NOT NULL,
	"stream" text NOT NULL,
	"position" bigint NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"revision" bigint NOT NULL,
	"error" text NOT NULL,
	"attempts" integer NOT NULL,
	"parked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"is_cause" boolean NOT NULL,
	CONSTRAINT "parked_event_projection_generation_position_pk" PRIMARY KEY("projection","generation","position")
);
--> statement-breakpoint
CREATE TABLE "control"."projection_checkpoint" (
	"name" text NOT NULL,
	"generation" integer NOT NULL,
	"partition" integer NOT NULL,
	"position" bigint NOT NULL,
	"fence" bigint NOT NULL,
	"applied" jsonb NOT NULL,
	"released" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "projection_checkpoint_name_generation_partition_pk" PRIMARY KEY("name","generation","partition")
);
--> statement-breakpoint
CREATE TABLE "control"."projection_lease" (
	"unit" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"token" bigint NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "control"."projection_generation" ADD COLUMN "partitions" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "control"."projection_generation" ADD COLUMN "rebuild_id" text;--> statement-breakpoint
ALTER TABLE "control"."projection_generation" ADD COLUMN "indexed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "control"."projection_generation" ADD COLUMN "changed_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "parked_event_stream" ON "control"."parked_event" USING btree ("projection","generation","stream");--> statement-breakpoint
INSERT INTO "control"."projection_checkpoint" ("name", "generation", "partition", "position", "fence", "applied", "updated_at")
	SELECT "name", "generation", 0, "position", 0, '{}', "updated_at" FROM "control"."projection_generation";--> statement-breakpoint
UPDATE "control"."projection_generation" SET "indexed" = true, "changed_at" = "created_at";--> statement-breakpoint
ALTER TABLE "control"."projection_generation" DROP COLUMN "position";--> statement-breakpoint
ALTER TABLE "control"."projection_generation" DROP COLUMN "updated_at";
