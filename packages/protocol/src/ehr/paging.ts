import { z } from 'zod';

/** Members of a request for a page. */
export const paged = {
  pageSize: z.int().min(1).max(100),
  bookmark: z.string().max(1024).optional(),
};
