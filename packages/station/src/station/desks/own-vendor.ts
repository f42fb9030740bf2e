import type { DataTransferVendor } from '../../dialects/data-transfer.ts';

/**
 * The messages of DataTransfer that this product documents itself. `ResendParked` sends messages again that were given up after
 * all attempts; its answer tells how many.
 */
export function ownVendor(deps: { readonly resendParked: () => number }): DataTransferVendor {
  return {
    vendorId: 'kerbside',
    messages: {
      ResendParked: () => ({ status: 'accepted', data: JSON.stringify({ messages: deps.resendParked() }) }),
    },
  };
}
