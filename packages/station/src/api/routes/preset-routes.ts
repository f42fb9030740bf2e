import { boolean, object, optional } from '../../drivers/shape.ts';
import { applyChanges, previewChanges } from '../parameter-changes.ts';
import { presets } from '../presets.ts';
import { ok, refuse } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { Route } from '../route.ts';
import type { JsonSchema } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { authorOf } from './parameter-routes.ts';
import { stationRoute } from './station-route.ts';

const text = { type: 'string' } as const;
const localized: JsonSchema = { type: 'object', properties: { en: text, de: text }, required: ['en', 'de'] };

/** Tasks that set several parameters together. */
export const presetRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/presets',
    id: 'listPresets',
    tag: 'parameters',
    summary: 'Tasks, and the settings that do them',
    access: 'viewer',
    responses: {
      200: {
        description: 'All of them.',
        schema: {
          type: 'array',
          items: {
            type: 'object',
            properties: { name: text, title: localized, text: localized, changes: { type: 'object' } },
            required: ['name', 'title', 'text', 'changes'],
          },
        },
      },
    },
    handle: () => ok(toJson(presets)),
  }),
  stationRoute({
    method: 'POST',
    path: '/presets/{name}',
    id: 'applyPreset',
    tag: 'parameters',
    summary: 'Make the settings of a task',
    description: 'All or nothing. With `dryRun` nothing is stored.',
    access: 'operator',
    parameters: [{ name: 'name', in: 'path', description: 'Of the task, such as `energyManager`.', schema: text }],
    requestBody: { type: 'object', properties: { dryRun: { type: 'boolean', default: false } } },
    responses: {
      200: {
        description: 'What became of each setting.',
        schema: { type: 'object', properties: { dryRun: { type: 'boolean' }, outcomes: { type: 'array' } } },
      },
    },
    handle: async (call) => {
      const checked = checkBody(object({ dryRun: optional(boolean()) }), call.body);
      if (!checked.ok) return checked.reply;
      const preset = presets.find(({ name }) => name === call.path('name'));
      if (preset === undefined) return refuse('api.unknownRoute', `There is no task "${call.path('name')}".`);
      const changes = Object.entries(preset.changes).map(([name, value]) => ({ name, value }));
      const carryOut = checked.value.dryRun === true ? previewChanges : applyChanges;
      return carryOut(call.station.parameters, changes, authorOf(call));
    },
  }),
];
