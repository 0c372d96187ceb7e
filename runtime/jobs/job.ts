/** The process of a job: does what it is asked, once. */
import { JOBS } from './job-list.js';
import { serveJob } from './serve-job.js';

serveJob(JOBS);
