import { z } from 'zod'
import { type Datatype, datatypes } from './datatypes.ts'

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

const datatype = z.enum(datatypes as [Datatype, ...Datatype[]])

const inputSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)).max(32),
  datatype,
  parameters: parameters.optional().describe('binary_data_size: bytes behind the JSON'),
  data: z
    .array(z.unknown())
    .optional()
    .describe('Values in row-major order, flat or nested; absent where they follow the JSON'),
})

const outputSchema = z.object({ name: z.string(), parameters: parameters.optional() })

/** The body of an inference request, or its JSON part. */
export const inferSchema = z.object({
  id: z.string().optional().describe('Repeated in the answer'),
  parameters: parameters
    .optional()
    .describe('binary_data_output: whether outputs are bytes behind the JSON'),
  inputs: z.array(inputSchema).min(1, 'expected at least one input'),
  outputs: z.array(outputSchema).optional().describe('The outputs to answer; all by default'),
})

export type InferBody = z.infer<typeof inferSchema>
export type GivenInput = z.infer<typeof inputSchema>

/** The answer to an inference request, or its JSON part. */
export const inferAnswerSchema = z.strictObject({
  model_name: z.string(),
  model_version: z.string(),
  id: z.string().optional(),
  outputs: z.array(
    z.strictObject({
      name: z.string(),
      datatype,
      shape: z.array(z.int()),
      parameters: parameters.optional(),
      data: z.array(z.union([z.number(), z.boolean(), z.null()])).optional(),
    }),
  ),
})

const tensorSchema = z.strictObject({
  name: z.string(),
  datatype,
  shape: z.array(z.int()).describe('-1 for a dimension that each request chooses'),
})

/** What the protocol says of a model. */
export const metadataSchema = z.strictObject({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorSchema),
  outputs: z.array(tensorSchema),
})
