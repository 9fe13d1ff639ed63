export { ServiceUnavailableError } from '#platform/service-unavailable';
