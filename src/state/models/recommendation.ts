import { recommend, type Recommendation } from '../../models/recommend'
import type { ModelLibrary } from './model-library.svelte'

/** The recommended model of the catalogue for this device, as far as is known now. */
export function recommendedOf(library: ModelLibrary): Recommendation {
  return recommend(
    library.models.flatMap((model) =>
      model.offer
        ? [{ id: model.id, group: model.offer.group, parameters: model.offer.parameters, fit: library.fits.of(model) }]
        : [],
    ),
  )
}
