CREATE SCHEMA "control";
--> statement-breakpoint
CREATE TABLE "control"."projection_generation" (
	"name" text NOT NULL,
	"generation" integer NOT NULL,
	"version" integer NOT NULL,
	"state" text NOT NULL,
	"position" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "projection_generation_name_generation_pk" PRIMARY KEY("name","generation")
);
