import { z } from 'zod';
import { MAX_PAGE_SIZE } from '../base/page.js';

/** Members of a request for a page. */
export const paged = {
  pageSize: z.int().min(1).max(MAX_PAGE_SIZE),
  bookmark: z.string().max(1024).optional(),
};
